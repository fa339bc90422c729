using static TorchSharp.torch;

namespace StreamPerceiver.Model.Tests;

public sealed class RawInputsTests
{
    [Fact]
    public void Patches_of_an_image_run_dy_dx_colour()
    {
        ImageInput config = new() { Height = 4, Width = 4, PatchSize = 2 };

        ModelInput input = RawInputs.Image(Counting(1, 3, 4, 4), config);

        input.Content.shape.ShouldBe([1, 4, 12]);
        input.Grid.ShouldBe([2, 2]);
        Arrays.ToFloats(input.Content)[..12].ShouldBe([0, 16, 32, 1, 17, 33, 4, 20, 36, 5, 21, 37]);
    }

    [Fact]
    public void Tokens_of_an_image_run_row_by_row()
    {
        ImageInput config = new() { Channels = 2, Height = 6, Width = 9, PatchSize = 3 };

        ModelInput input = RawInputs.Image(Counting(5, 2, 6, 9), config);

        // Token (y, x) of image b starts at pixel (3 y, 3 x) of its first colour.
        input.Content.shape.ShouldBe([5, 6, 18]);
        input.Grid.ShouldBe([2, 3]);
        float[] content = Arrays.ToFloats(input.Content);
        Enumerable.Range(0, 6).Select(token => content[(4 * 6 * 18) + (token * 18)]).ShouldBe([432, 435, 438, 459, 462, 465]);
    }

    [Fact]
    public void Frames_of_a_video_are_cut_one_by_one()
    {
        ImageInput config = new() { Frames = 5, Height = 4, Width = 6, PatchSize = 2 };
        Tensor video = Counting(2, 5, 3, 4, 6);

        ModelInput input = RawInputs.Video(video, config);

        input.Content.shape.ShouldBe([2, 30, 12]);
        input.Grid.ShouldBe([5, 2, 3]);
        ModelInput frame = RawInputs.Image(video.narrow(0, 1, 1).narrow(1, 3, 1).reshape(1, 3, 4, 6), config);
        Arrays.ToFloats(input.Content.narrow(0, 1, 1).narrow(1, 18, 6)).ShouldBe(Arrays.ToFloats(frame.Content));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Audio_is_cut_into_consecutive_samples(bool column)
    {
        AudioInput config = new() { Samples = 21, SamplesPerPatch = 7 };

        ModelInput input = RawInputs.Audio(column ? Counting(2, 21, 1) : Counting(2, 21), config);

        input.Content.shape.ShouldBe([2, 3, 7]);
        input.Grid.ShouldBe([3]);
        Arrays.ToFloats(input.Content).ShouldBe([.. Enumerable.Range(0, 42).Select(i => (float)i)]);
    }

    [Fact]
    public void A_wrong_shape_is_refused_with_both_shapes()
    {
        ImageInput image = new() { Height = 4, Width = 4, PatchSize = 2 };

        Should.Throw<ModelInputException>(() => RawInputs.Image(zeros(1, 2, 4, 4), image)).Message.ShouldBe("raw input is [1, 2, 4, 4], expected [B, 3, H, W]");
        Should.Throw<ModelInputException>(() => RawInputs.Image(zeros(1, 3, 4, 5), image)).Message.ShouldContain("multiples of the patch size 2");
        Should.Throw<ModelInputException>(() => RawInputs.Video(zeros(1, 3, 4, 4), image)).Message.ShouldContain("[B, T, 3, H, W]");
        Should.Throw<ModelInputException>(
            () => RawInputs.Audio(zeros(1, 17, 1), new AudioInput { Samples = 16 })).Message.ShouldContain("multiple of 16 samples");
    }

    private static Tensor Counting(params long[] shape) =>
        Arrays.ToTensor(Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(i => (float)i).ToArray(), CPU, shape);
}
