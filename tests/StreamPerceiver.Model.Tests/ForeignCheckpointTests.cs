using System.Runtime.InteropServices;

namespace StreamPerceiver.Model.Tests;

/// <summary>Weights as trainings and other tools leave them: under prefixes, with buffers, in other types, and with a head of another size.</summary>
public sealed class ForeignCheckpointTests : IDisposable
{
    private static readonly PerceiverConfig Config = Some.Config();
    private static readonly IReadOnlyList<SafeTensor> Weights = WeightRecipe.Make(Config);

    private readonly Some.TemporaryDirectory _directory = Some.Directory();
    private readonly List<string> _warnings = [];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("module.", true)]
    [InlineData("module.", false)]
    [InlineData("model.", true)]
    [InlineData("model.", false)]
    [InlineData("model.module._orig_mod.", true)]
    [InlineData("net.perceiver.backbone.", false)]
    public void A_prefix_before_all_names_is_read_over(string prefix, bool hasBase)
    {
        Save(Weights.Select(t => t with { Name = prefix + (hasBase ? t.Name : t.Name["perceiver.".Length..]) }));

        Loaded().ShouldBe(Weights.Select(t => t.Name));
        _warnings.ShouldBeEmpty();
    }

    [Fact]
    public void Of_several_models_the_one_with_the_usual_names_is_taken_and_the_rest_is_named()
    {
        Save([.. Weights.Select(t => t with { Name = $"ema.{t.Name}" }), .. Weights.Select(t => t with { Name = $"model.{t.Name}" })]);
        Loaded().ShouldBe(Weights.Select(t => t.Name));
        _warnings.ShouldHaveSingleItem().ShouldContain("'ema.perceiver.embeddings.latents' F32 [13, 34]");

        Save([.. Weights.Select(t => t with { Name = $"student.{t.Name}" }), .. Weights.Select(t => t with { Name = $"teacher.{t.Name}" })]);
        Should.Throw<CheckpointException>(Loaded).Message.ShouldContain("has the tensors of 2 models, under student. and teacher.: expected those of one");
    }

    [Theory]
    [InlineData("perceiver.input_preprocessor.position_ids", SafeTensorType.I64)]
    [InlineData("input_preprocessor.mask_used", SafeTensorType.Bool)]
    [InlineData("perceiver.encoder.inv_freq", SafeTensorType.F32)]
    [InlineData("criterion.weight", SafeTensorType.F32)]
    public void A_buffer_or_a_part_beside_the_model_is_left_out_with_a_warning(string name, SafeTensorType type)
    {
        Save([.. Weights, new SafeTensor(name, type, [1], new byte[SafeTensor.SizeOf(type)])]);

        Loaded().Length.ShouldBe(Weights.Count);
        _warnings.ShouldHaveSingleItem().ShouldStartWith(
            $"{_directory.File("model.safetensors")}: stored tensors that are none of the model's are left out: '{name}' ");
    }

    [Theory]
    [InlineData("perceiver.encoder.self_attends.2.layernorm.weight")]
    [InlineData("encoder.self_attends.2.layernorm.weight")]
    public void A_weight_of_a_part_of_the_model_is_refused_since_the_configuration_is_another(string name)
    {
        Save([.. Weights, SafeTensor.FromFloats(name, [1], [1])]);

        Should.Throw<CheckpointException>(Loaded).Problems.ShouldBe([$"extra '{name}' F32 [1]: no such tensor in this configuration"]);
    }

    [Fact]
    public void Doubles_load_as_the_floats_that_they_were()
    {
        Save(Weights.Select(t => t with
        {
            Type = SafeTensorType.F64,
            Bytes = MemoryMarshal.AsBytes<double>([.. t.ToFloats().Select(v => (double)v)]).ToArray(),
        }));
        using PerceiverModel exact = new(Config, Weights);

        using PerceiverModel model = Checkpoint.Load(_directory.Path);

        Dictionary<string, ModelInput> inputs = Some.Inputs(Config, batch: 1);
        Some.Logits(model, inputs).ShouldBe(Some.Logits(exact, inputs));
    }

    [Fact]
    public void A_head_of_another_number_of_labels_is_refused_with_both_numbers()
    {
        ConfigFile.Write(_directory.Path, Classifier(3));
        SafeTensors.Write(_directory.File("model.safetensors"), WeightRecipe.Make(Classifier(5)));

        Should.Throw<CheckpointException>(Loaded).Problems.ShouldBe(
            ["'perceiver.decoder.decoder.final_layer' has 5 labels, but id2label (or num_labels) of config.json gives 3: expected as many"]);

        static PerceiverConfig Classifier(int labels) => ConfigFile.Parse(
            $$"""
            {
              "architectures": ["PerceiverForSequenceClassification"], "num_labels": {{labels}}, "num_latents": 4, "d_latents": 16, "d_model": 8,
              "num_self_attends_per_block": 1, "num_self_attention_heads": 2, "num_cross_attention_heads": 2, "max_position_embeddings": 11
            }
            """,
            "test");
    }

    [Fact]
    public void Labels_of_our_own_that_do_not_fit_the_head_are_refused_by_their_key()
    {
        Save(Weights);
        ConfigFile.Write(_directory.Path, Config with
        {
            Outputs = new Dictionary<string, OutputConfig> { ["activity"] = (ClassificationOutput)Config.Outputs["activity"] with { Labels = ["a", "b"] } },
        });

        Should.Throw<CheckpointException>(Loaded).Problems.ShouldHaveSingleItem()
            .ShouldEndWith("has 7 labels, but outputs.activity.labels of config.json gives 2: expected as many");
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 117732\n", "is a Git LFS pointer to a file of 117732 bytes, expected ")]
    [InlineData("<!DOCTYPE html>\n<html>", "is an HTML page, expected ")]
    [InlineData("Entry not found", "is a text that begins with 'Entry not found', expected ")]
    [InlineData("", "is empty, expected ")]
    public void Another_file_in_place_of_one_of_a_model_is_named_as_what_it_is(string content, string fact)
    {
        foreach (string name in new[] { "config.json", "model.safetensors", "pytorch_model.bin", "model.safetensors.index.json" })
        {
            using Some.TemporaryDirectory model = Some.Directory();
            ConfigFile.Write(model.Path, Config);
            File.WriteAllText(model.File(name), content);

            Should.Throw<ProblemsException>(() => Checkpoint.Load(model.Path)).Message.ShouldStartWith($"{model.File(name)}: {fact}");
        }
    }

    private void Save(IEnumerable<SafeTensor> tensors)
    {
        ConfigFile.Write(_directory.Path, Config);
        SafeTensors.Write(_directory.File("model.safetensors"), [.. tensors]);
    }

    private string[] Loaded()
    {
        _warnings.Clear();
        return [.. Checkpoint.Read(_directory.Path, _warnings.Add).Tensors.Select(t => t.Name)];
    }
}
