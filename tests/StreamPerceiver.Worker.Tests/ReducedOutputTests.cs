using StreamPerceiver.Infer;
using StreamPerceiver.Model;
using StreamPerceiver.Outputs;
using StreamPerceiver.Worker.Inference;
using ValuesSpec = StreamPerceiver.Outputs.Values.ValuesOutput;

namespace StreamPerceiver.Worker.Tests;

/// <summary>Dense outputs of which a pipeline wants some points.</summary>
public sealed class ReducedOutputTests : IDisposable
{
    private static readonly PerceiverConfig Config = TinyModel.Config with
    {
        Outputs = new Dictionary<string, OutputConfig>
        {
            ["image"] = new ImageOutput { Shape = [2, 5, 7], NumBands = 3, MaxResolution = [2, 5, 7] },
            ["sound"] = new AudioOutput { Patches = 11, SamplesPerPatch = 4, NumBands = 5, MaxResolution = 44 },
            ["flow"] = new DenseInputOutput { Input = "camera", Decoder = new() },
            ["activity"] = new ClassificationOutput { Labels = ["idle", "slow", "fast"], Channels = 17 },
        },
    };

    private readonly TinyModel _model = new(Config);

    public void Dispose() => _model.Dispose();

    [Fact]
    public void The_model_says_the_grids_of_its_dense_outputs()
    {
        using TorchPerceiver perceiver = _model.Load();

        (perceiver.Outputs["image"] as DenseShape)!.Sizes.ShouldBe([2, 5, 7, 3]);
        (perceiver.Outputs["sound"] as DenseShape)!.Sizes.ShouldBe([11, 4]);
    }

    [Fact]
    public void Chosen_points_have_the_numbers_of_the_whole_output_whatever_the_batch()
    {
        using TorchPerceiver perceiver = _model.Load(maxWindows: 3);
        OutputQuestion[] asked =
        [
            Ask(perceiver, "image", new PointChoice(2, 3, null)), Ask(perceiver, "sound", new PointChoice(1, 1, [[9], [2]])),
            Ask(perceiver, "flow", new PointChoice(1, 2, null)),
        ];

        ModelOutput whole = perceiver.RunAll(TinyModel.Batch(TinyModel.Window(1))).Single();
        ModelOutput alone = perceiver.Run(TinyModel.Batch(TinyModel.Window(1)), asked).Single();
        ModelOutput together = perceiver.Run(TinyModel.Batch(TinyModel.Window(2), TinyModel.Window(3), TinyModel.Window(1)), asked)[2];

        alone.Outputs["image"].ShouldBe(asked[0].Points!.SelectMany(p => whole.Outputs["image"].Skip(p * 3).Take(3)), tolerance: 1e-5);
        alone.Outputs["sound"].ShouldBe(new[] { 9, 2 }.SelectMany(p => whole.Outputs["sound"].Skip(p * 4).Take(4)), tolerance: 1e-5);
        alone.Outputs["flow"].ShouldBe(asked[2].Points!.SelectMany(p => whole.Outputs["flow"].Skip(p * 2).Take(2)), tolerance: 1e-5);
        TinyModel.Bits(together).ShouldBe(TinyModel.Bits(alone));
    }

    [Fact]
    public void Only_what_is_asked_for_comes_out_of_the_model()
    {
        using TorchPerceiver perceiver = _model.Load();

        ModelOutput output = perceiver.Run(TinyModel.Batch(TinyModel.Window(1)), [Ask(perceiver, "sound", new PointChoice(5, 1, null))]).Single();

        output.Outputs.Keys.ShouldBe(["sound"]);
        output.Outputs["sound"].Length.ShouldBe(3 * 4);
    }

    private static OutputQuestion Ask(TorchPerceiver perceiver, string output, PointChoice points)
        => new ValuesSpec(output) { Points = points }.Ask(perceiver.Outputs[output]);
}
