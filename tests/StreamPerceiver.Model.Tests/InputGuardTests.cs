using static TorchSharp.torch;

namespace StreamPerceiver.Model.Tests;

/// <summary>What a call brings wrong is refused with names and numbers.</summary>
public sealed class InputGuardTests : IDisposable
{
    private readonly PerceiverModel _model = Some.Model(Some.Config());
    private readonly Dictionary<string, ModelInput> _inputs = Some.Inputs(Some.Config(), batch: 2);

    public void Dispose() => _model.Dispose();

    [Fact]
    public void A_missing_input()
    {
        _inputs.Remove("imu");
        Refusal().ShouldBe("input 'imu' is missing; the model has camera, imu");
    }

    [Fact]
    public void An_unknown_input()
    {
        _inputs["gps"] = _inputs["imu"];
        Refusal().ShouldBe("input 'gps': no such input; the model has camera, imu");
    }

    [Fact]
    public void A_wrong_number_of_channels()
    {
        _inputs["imu"] = new ModelInput(zeros(2, 11, 3));
        Refusal().ShouldBe("input 'imu': content is [2, 11, 3], expected [B, 11, 5]: 11 = 11 tokens of 5 content channels");
    }

    [Fact]
    public void A_wrong_number_of_tokens()
    {
        _inputs["camera"] = new ModelInput(zeros(2, 31, 12));
        Refusal().ShouldBe("input 'camera': content is [2, 31, 12], expected [B, 30, 12]: 2 x 3 x 5 = 30 tokens of 12 content channels");
    }

    [Fact]
    public void A_grid_of_another_number_of_axes()
    {
        _inputs["camera"] = _inputs["camera"] with { Grid = [6, 5] };
        Refusal().ShouldBe("input 'camera': grid 6 x 5: must have 3 sizes from 1");
    }

    [Theory]
    [InlineData(5498807, 4113902, 13047199)] // their product is 30 in 64 bits, which the content has
    [InlineData(int.MaxValue, int.MaxValue, int.MaxValue)]
    public void A_grid_of_more_tokens_than_there_can_be(int time, int height, int width)
    {
        _inputs["camera"] = _inputs["camera"] with { Grid = [time, height, width] };
        Refusal().ShouldBe($"input 'camera': grid {time} x {height} x {width}: has more than 268435456 tokens");
    }

    [Fact]
    public void A_grid_of_one_long_axis_with_more_positions_than_there_can_be()
    {
        InputConfig series = new SeriesInput { Steps = 4, Channels = 1, NumBands = 4096 };

        Should.Throw<ModelInputException>(() => series.Fourier!.OverGrid([1 << 15])).Message.ShouldBe(
            "a grid of 32768 has 32768 x 4096 numbers in its positions along the axes, expected 1 to 67108864");
        Should.Throw<ModelInputException>(
            () => new SeriesInput { Steps = 4, Channels = 1, NumBands = 32 }.Fourier!.OverGrid([1 << 20]).At(new int[1 << 25])).Message
            .ShouldBe("a grid of 1048576 has 33554432 x 65 numbers in its positions, expected 1 to 1073741824");
    }

    [Fact]
    public void Inputs_that_another_model_has_encoded()
    {
        using PerceiverModel other = Some.Model(Some.Config());
        using EncodedInputs encoded = other.Encode(_inputs);

        Should.Throw<ModelInputException>(() => _model.Decode(encoded)).Message.ShouldBe("these inputs were encoded by another model");
    }

    [Fact]
    public void Batches_that_differ()
    {
        _inputs["imu"] = new ModelInput(zeros(3, 11, 5));
        Refusal().ShouldContain("B = ");
    }

    [Fact]
    public void A_wrong_element_type()
    {
        _inputs["imu"] = new ModelInput(zeros([2, 11, 5], ScalarType.Float64));
        Refusal().ShouldBe("input 'imu': content is Float64, expected Float32");
    }

    [Fact]
    public void A_mask_of_another_shape()
    {
        _inputs["imu"] = _inputs["imu"] with { Mask = Some.Mask(2, 1, 0, 1) };
        Refusal().ShouldBe("input 'imu': mask is [2, 3], expected [2, 11]");
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_number_that_is_not_finite(float value)
    {
        float[] content = Some.Numbers(2 * 11 * 5, 1);
        content[73] = value;
        _inputs["imu"] = new ModelInput(Arrays.ToTensor(content, CPU, 2, 11, 5));
        Refusal().ShouldBe("input 'imu': its content holds NaN or infinity in a token that is not masked");
    }

    [Fact]
    public void Points_of_an_output_that_has_none() =>
        Should.Throw<ModelInputException>(() => _model.Forward(_inputs, new Dictionary<string, IReadOnlyList<int>> { ["activity"] = [0] }))
            .Message.ShouldBe("output 'activity': no output of that name has points; the model has activity");

    [Theory]
    [InlineData(-1)]
    [InlineData(30)]
    public void A_point_out_of_range(int point)
    {
        ImageOutput output = new() { Shape = [2, 3, 5], MaxResolution = [2, 3, 5] };

        Should.Throw<ModelInputException>(() => InputGuards.RequirePoints("video", output.Grid, [0, 29, point]))
            .Message.ShouldBe($"output 'video': point {point}: must be 0 to 29 (2 x 3 x 5)");
    }

    [Fact]
    public void Arrays_of_a_wrong_length()
    {
        ArrayInput camera = new(new float[2 * 30 * 12]);

        RunRefusal(2, ("camera", camera), ("imu", new ArrayInput(new float[109]))).ShouldBe("input 'imu': 109 numbers, expected B x M x Cx = 2 x 11 x 5 = 110");
        RunRefusal(2, ("camera", camera), ("imu", new ArrayInput(new float[110], new byte[21])))
            .ShouldBe("input 'imu': a mask of 21, expected B x M = 2 x 11 = 22");
        RunRefusal(2, ("gps", camera)).ShouldBe("input 'gps': no such input; the model has camera, imu");
        RunRefusal(0, ("camera", camera)).ShouldBe("input 'camera': 720 numbers, expected B x M x Cx = 0 x 30 x 12 = 0");
    }

    private string Refusal() => Should.Throw<ModelInputException>(() => _model.Forward(_inputs)).Message;

    private string RunRefusal(int batch, params (string Name, ArrayInput Input)[] inputs) =>
        Should.Throw<ModelInputException>(() => _model.Run(batch, inputs.ToDictionary(i => i.Name, i => i.Input))).Message;
}
