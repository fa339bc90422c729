using StreamPerceiver.Model;

namespace StreamPerceiver.Training.Tests;

/// <summary>The random changes of windows.</summary>
public sealed class AugmentationTests
{
    private static readonly ImageInput Video = new() { Frames = 2, Height = 4, Width = 6, PatchSize = 2, NumBands = 1 };

    private static readonly AudioInput Sound = new() { Samples = 12, SamplesPerPatch = 3, NumBands = 1 };

    [Fact]
    public void A_picture_is_mirrored_left_for_right_with_its_mask_and_back_again_to_the_bit()
    {
        float[] content = Pixels(frame => frame, y => 10 * y, x => x);
        byte[] mask = [1, 1, 0, 1, 1, 1, /* the second frame */ 1, 0, 1, 1, 1, 1];
        (float[] old, byte[] kept) = ([.. content], [.. mask]);
        var change = new PictureChange(Video);

        change.Flip(content, mask);
        content.ShouldBe(Pixels(frame => frame, y => 10 * y, x => 5 - x));
        mask.ShouldBe([0, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1]);

        change.Flip(content, mask);
        content.ShouldBe(old);
        mask.ShouldBe(kept);
    }

    [Fact]
    public void A_crop_of_the_whole_changes_nothing_and_one_of_a_half_shows_it_twice_as_large()
    {
        float[] content = Pixels(frame => frame, y => 10 * y, x => x), whole = [.. content];
        byte[] mask = [1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1];
        var change = new PictureChange(Video);

        change.Crop(content, mask, (0, 0, 1, 1));
        content.ShouldBe(whole);
        mask.ShouldBe([1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1]);

        change.Crop(content, mask, (0.5, 0, 0.5, 1)); // columns 3 to 5
        content.ShouldBe(Pixels(frame => frame, y => 10 * y, x => Math.Clamp(2.75f + (0.5f * x), 0, 5)));
        mask.ShouldBe([1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1]); // each token shows a part of column 4, which was masked
    }

    [Fact]
    public void A_sound_that_is_shifted_is_later_and_masked_where_nothing_is_known()
    {
        float[] content = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
        byte[] mask = [1, 1, 1, 0];

        TimeShift.Move(2, 3, 1, content, mask);

        content.ShouldBe([0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        mask.ShouldBe([0, 1, 1, 0]);
    }

    [Fact]
    public void A_series_that_is_shifted_is_earlier_and_all_of_it_can_be_shifted_away()
    {
        float[] content = [1, -1, 2, -2, 3, -3, 4, -4, 5, -5];
        byte[] mask = [1, 0, 1, 1, 1];

        TimeShift.Move(-1, 1, 2, content, mask);
        content.ShouldBe([2, -2, 3, -3, 4, -4, 5, -5, 0, 0]);
        mask.ShouldBe([0, 1, 1, 1, 0]);

        TimeShift.Move(-9, 1, 2, content, mask);
        content.ShouldAllBe(x => x == 0);
        mask.ShouldAllBe(kept => kept == 0);
    }

    [Fact]
    public void Colours_change_by_channel_and_greys_keep_theirs_when_saturation_changes()
    {
        float[] grey = [.. Enumerable.Repeat(0.5f, 24 * 6)];

        Changed(new AugmentationOptions { Saturation = 0.5 }, Video, grey).Content.ShouldBe(grey);
        float[] coloured = Changed(new AugmentationOptions { Colour = 0.5 }, Video, grey).Content;
        coloured.Chunk(3).ShouldAllBe(pixel => pixel.SequenceEqual(coloured.Take(3)));
        coloured.Take(3).Distinct().Count().ShouldBe(3);
        coloured.ShouldAllBe(x => x >= 0.25f && x <= 0.75f);
    }

    [Fact]
    public void Noise_has_its_share_of_what_is_there()
    {
        float[] loud = [.. Enumerable.Range(0, 4000).Select(i => 10 * MathF.Sin(i))], masked = [.. loud, .. Enumerable.Repeat(1e6f, 4000)];
        var input = new AudioInput { Samples = 8000, SamplesPerPatch = 4000 };

        float[] noisy = Changed(new AugmentationOptions { Noise = 0.1 }, input, masked, [1, 0]).Content;

        double deviation = Math.Sqrt(noisy.Zip(masked, (a, b) => (double)(a - b)).Take(4000).Average(d => d * d));
        deviation.ShouldBe(0.1 * 10 / Math.Sqrt(2), 0.05);
    }

    [Fact]
    public void All_changes_follow_from_the_seed_and_the_step_and_none_is_made_without_its_option()
    {
        float[] pixels = Pixels(frame => frame, y => 0.1f * y, x => 0.2f * x), samples = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
        var picture = new AugmentationOptions { Crop = 0.5, Flip = 0.5, Colour = 0.2, Saturation = 0.2, Noise = 0.1 };
        var sound = new AugmentationOptions { TimeShift = 0.5, GainDb = 3, Noise = 0.1 };

        Changed(picture, Video, pixels).Content.ShouldBe(Changed(picture, Video, pixels).Content);
        Changed(picture, Video, pixels, step: 1).Content.ShouldNotBe(Changed(picture, Video, pixels).Content);
        Changed(sound, Sound, samples).Content.ShouldBe(Changed(sound, Sound, samples).Content);
        Changed(sound, Sound, samples, step: 1).Content.ShouldNotBe(Changed(sound, Sound, samples).Content);
        Changed(sound with { GainDb = 0, Noise = 0, TimeShift = 0 }, Sound, samples).Content.ShouldBe(samples);
        Changed(new AugmentationOptions(), Video, pixels).Content.ShouldBe(pixels);
    }

    [Fact]
    public void Mixed_windows_and_targets_have_the_same_shares_and_what_one_lacks_is_masked()
    {
        Example[] batch = [.. Enumerable.Range(0, 8).Select(i => new Example(i, new Dictionary<string, float[]> { ["state"] = OneHot(i, 8) }))];
        float[] content = [.. Enumerable.Range(0, 8).SelectMany(i => new[] { OneHot(i, 8), OneHot(i, 8) }.SelectMany(x => x))]; // (8, 2, 8)
        byte[] mask = [.. Enumerable.Range(0, 8).SelectMany(i => new byte[] { 1, (byte)(i == 3 ? 0 : 1) })];

        var mixup = new Mixup(0.5, seed: 1, number: 7, batch);
        ArrayInput mixed = mixup.MixContent(new Dictionary<string, ArrayInput> { ["a"] = new(content, mask) })["a"];

        mixup.Examples.Count(e => e.Targets["state"].Max() < 0.99f).ShouldBeGreaterThan(2);
        for (int b = 0; b < 8; b++)
        {
            float[] target = mixup.Examples[b].Targets["state"];
            target.Sum().ShouldBe(1, 1e-6f);
            mixed.Content.Span.Slice(b * 16, 8).ToArray().ShouldBe(target, 1e-6);
            mixed.Mask.Span[b * 2].ShouldBe((byte)1);
            mixed.Mask.Span[(b * 2) + 1].ShouldBe((byte)(target[3] > 0 ? 0 : 1));
        }

        new Mixup(0.5, seed: 1, number: 7, batch).Examples[2].Targets["state"].ShouldBe(mixup.Examples[2].Targets["state"]);
        new Mixup(0.5, seed: 1, number: 8, batch).Examples.SelectMany(e => e.Targets["state"])
            .ShouldNotBe(mixup.Examples.SelectMany(e => e.Targets["state"]));
    }

    [Fact]
    public void Windows_with_targets_of_different_outputs_are_not_mixed()
    {
        Example[] batch = [new(0, new Dictionary<string, float[]> { ["a"] = [1, 0] }), new(1, new Dictionary<string, float[]> { ["b"] = [0, 1] })];

        for (int number = 0; number < 20; number++)
            new Mixup(1, seed: 1, number, batch).Examples.SelectMany(e => e.Targets.Values.SelectMany(t => t)).ShouldBe([1, 0, 0, 1]);
    }

    [Theory]
    [InlineData("crop", "augmentation.crop is 0.5, but no input has pictures: sound is a AudioInput, words is a TextInput")]
    [InlineData("mixup", "augmentation.mixup is 0.5, but input words is a TextInput, expected pictures, sounds and series alone")]
    public void A_change_that_no_input_can_have_is_refused(string key, string error)
    {
        var options = new AugmentationOptions { Crop = key == "crop" ? 0.5 : 0, Mixup = key == "mixup" ? 0.5 : 0 };
        var inputs = new Dictionary<string, InputConfig> { ["sound"] = Sound, ["words"] = new TextInput { Channels = 3 } };

        Should.Throw<TrainingException>(() => options.RequireFit(inputs)).Message.ShouldBe(error);
    }

    private static float[] OneHot(int place, int count) => [.. Enumerable.Range(0, count).Select(i => i == place ? 1f : 0f)];

    /// <summary>A video of 2 frames of 4 x 6 pixels in patches of 2 x 2, where a colour is the sum of what frame, row and column give.</summary>
    private static float[] Pixels(Func<int, float> frame, Func<int, float> row, Func<int, float> column)
    {
        List<float> content = [];
        for (int t = 0; t < 2; t++)
            for (int gy = 0; gy < 2; gy++)
                for (int gx = 0; gx < 3; gx++)
                    for (int dy = 0; dy < 2; dy++)
                        for (int dx = 0; dx < 2; dx++)
                            for (int c = 0; c < 3; c++) content.Add((100 * c) + frame(t) + row((2 * gy) + dy) + column((2 * gx) + dx));
        return [.. content];
    }

    private static (float[] Content, byte[] Mask) Changed(AugmentationOptions options, InputConfig input, float[] content, byte[]? mask = null, long step = 0)
    {
        float[] numbers = [.. content];
        byte[] kept = mask ?? [.. Enumerable.Repeat((byte)1, input.Tokens)];
        new Augmentation(new Dictionary<string, InputConfig> { ["input"] = input }, options, seed: 1, step, batch: 1).Change(0, "input", numbers, kept);
        return (numbers, kept);
    }
}
