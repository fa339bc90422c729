using StreamPerceiver.Model;
using StreamPerceiver.Worker.Inference;

namespace StreamPerceiver.Worker.Tests;

/// <summary>Model directories that a pipeline cannot use, and directories without weights.</summary>
public sealed class ModelFolderTests : IDisposable
{
    private readonly TinyModel _model = new();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Weights_that_make_nothing_finite_are_refused_before_the_first_window()
    {
        SafeTensor[] weights = [.. WeightRecipe.Make(TinyModel.Config)];
        weights[0] = SafeTensor.FromFloats(weights[0].Name, weights[0].Shape, [.. weights[0].ToFloats().Select(_ => float.NaN)]);
        SafeTensors.Write(_model.File("model.safetensors"), weights);

        string message = Should.Throw<StreamPerceiverException>(() => _model.Load()).Message;

        message.ShouldContain(_model.Folder);
        message.ShouldContain("number 0 is NaN, expected a finite number");
    }

    public static TheoryData<string, string> Damages => new()
    {
        { "no folder", "config.json" },
        { "no configuration", "config.json" },
        { "no weights", "model.safetensors" },
        { "weights cut off", "model.safetensors" },
        { "weights of another model", "missing" },
        { "configuration cut off", "config.json" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_folder_that_is_missing_or_damaged_is_refused_with_the_file_and_the_reason(string damage, string named)
    {
        string weights = _model.File("model.safetensors"), config = _model.File("config.json");
        switch (damage)
        {
            case "no folder": Directory.Delete(_model.Folder, recursive: true); break;
            case "no configuration": File.Delete(config); break;
            case "no weights": File.Delete(weights); break;
            case "weights cut off": File.WriteAllBytes(weights, File.ReadAllBytes(weights)[..^100]); break;
            case "weights of another model": SafeTensors.Write(weights, [.. WeightRecipe.Make(TinyModel.Config).Skip(1)]); break;
            case "configuration cut off": File.WriteAllText(config, File.ReadAllText(config)[..50]); break;
            default: throw new ArgumentOutOfRangeException(nameof(damage));
        }

        ProblemsException refused = Should.Throw<ProblemsException>(() => _model.Load());

        refused.Message.ShouldContain(_model.Folder);
        refused.Message.ShouldContain(named);
    }

    [Fact]
    public void Untrained_weights_are_written_once_and_never_over_others()
    {
        File.Delete(_model.File("model.safetensors"));

        UntrainedModel.Ensure(_model.Folder).ShouldBeTrue();
        byte[] written = File.ReadAllBytes(_model.File("model.safetensors"));
        UntrainedModel.Ensure(_model.Folder).ShouldBeFalse();

        File.ReadAllBytes(_model.File("model.safetensors")).ShouldBe(written);
        using TorchPerceiver perceiver = _model.Load();
    }
}
