using System.Text.Json.Nodes;

using Xunit.Abstractions;

namespace StreamPerceiver.Model.Tests;

public sealed class ModelImportTests(ITestOutputHelper log) : IDisposable
{
    private readonly Some.TemporaryDirectory _target = Some.Directory();

    public void Dispose() => _target.Dispose();

    [Fact]
    public void A_directory_of_Hugging_Face_becomes_one_of_ours_with_the_same_bits()
    {
        ModelImport.Import(Golden.PathOf("sharded"), _target.Path);

        Directory.EnumerateFiles(_target.Path).Select(Path.GetFileName).ShouldBe(["config.json", "model.safetensors"], ignoreOrder: true);
        (_, IReadOnlyDictionary<string, SafeTensor> shards) = WeightFiles.Read(Golden.PathOf("sharded"));
        foreach (SafeTensor tensor in Checkpoint.Read(_target.Path).Tensors)
            tensor.Bytes.Span.SequenceEqual(shards[tensor.Name].Bytes.Span).ShouldBeTrue(tensor.Name);
    }

    [Fact]
    public void An_image_classifier_keeps_its_labels_and_its_preparation()
    {
        using Some.TemporaryDirectory source = Some.Directory();
        JsonNode config = JsonNode.Parse(File.ReadAllText(Golden.PathOf("D/config.json")))!;
        config["id2label"] = new JsonObject { ["0"] = "cat", ["1"] = "dog", ["2"] = "bird", ["3"] = "fish", ["4"] = "ant" };
        File.WriteAllText(source.File("config.json"), config.ToJsonString());
        File.Copy(Golden.PathOf("D/model.safetensors"), source.File("model.safetensors"));
        new ImageClassificationPreparation { CropSize = 64, Size = 56 }.Write(source.File("preprocessor_config.json"));

        ModelImport.Import(source.Path, _target.Path);

        ((ClassificationOutput)ConfigFile.Read(_target.Path).Outputs["label"]).Labels.ShouldBe(["cat", "dog", "bird", "fish", "ant"]);
        ImageClassificationPreparation preparation = ImageClassificationPreparation.Read(_target.File("preprocessor_config.json"));
        (preparation.CropSize, preparation.Size).ShouldBe((64, 56));
    }

    [Fact]
    public void An_image_classifier_without_a_preparation_gets_the_official_one()
    {
        ModelImport.Import(Golden.PathOf("D"), _target.Path);

        ImageClassificationPreparation preparation = ImageClassificationPreparation.Read(_target.File("preprocessor_config.json"));
        (preparation.CropSize, preparation.Size).ShouldBe((256, 224));
    }

    // A.pystate holds the tensors of case A under Haiku's names and in its layout; made with CPython 3.11 and NumPy 1.24.
    [Fact]
    public void A_Haiku_pickle_gives_the_logits_of_its_model()
    {
        Golden golden = new("A", log);
        string config = _target.File("config-of-a.json");
        File.WriteAllText(config, ConfigFile.Format(golden.Config()));

        ModelImport.Import(Golden.PathOf("haiku/A.pystate"), _target.Path, config);

        using PerceiverModel model = Checkpoint.Load(_target.Path);
        golden.ShouldMatch("logits", model.Forward(GoldenInputs.Of("A", model.Config))["text"]);
    }

    [Fact]
    public void A_Haiku_pickle_of_none_of_the_official_models_needs_a_configuration() =>
        Should.Throw<CheckpointException>(() => ModelImport.Import(Golden.PathOf("haiku/A.pystate"), _target.Path)).Message
            .ShouldContain("expected a config.json to be named beside it");

    [Theory]
    [InlineData("language-perceiver", 201_108_230)]
    [InlineData("vision-perceiver-learned", 62_255_848)]
    [InlineData("vision-perceiver-fourier", 48_440_627)]
    [InlineData("vision-perceiver-conv", 48_646_522)]
    [InlineData("optical-flow-perceiver", 41_057_134)]
    [InlineData("multimodal-perceiver", 19_858_855)]
    public void An_official_model_is_known_by_its_tensors(string name, long parameters)
    {
        PerceiverConfig official = OfficialModels.Get(name);
        IEnumerable<Parameter> needed = ParameterList.For(official).Where(p => p.Role != ParameterRole.Counter);
        SafeTensor[] tensors = [.. needed.Select(p => new SafeTensor(p.Key, SafeTensorType.F32, p.Shape, default))];

        official.ParameterCount.ShouldBe(parameters);
        ConfigFile.Format(ModelImport.Official(tensors)!).ShouldBe(ConfigFile.Format(official));
        ModelImport.Official(tensors[1..]).ShouldBeNull();
    }
}
