using System.Text.Json.Nodes;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Model.Tests;

public sealed class WeightFilesTests : IDisposable
{
    private const string Index = "model.safetensors.index.json";

    private readonly Some.TemporaryDirectory _directory = Some.Directory();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Shards_are_read_as_one()
    {
        (string file, IReadOnlyDictionary<string, SafeTensor> tensors) = WeightFiles.Read(Golden.PathOf("sharded"));

        file.ShouldBe(Golden.PathOf($"sharded/{Index}"));
        JsonObject map = JsonNode.Parse(File.ReadAllText(file))!["weight_map"]!.AsObject();
        tensors.Keys.ShouldBe(map.Select(p => p.Key), ignoreOrder: true);
        foreach (string shard in map.Select(p => (string)p.Value!).Distinct())
        {
            foreach ((string name, SafeTensor tensor) in SafeTensors.Read(Golden.PathOf($"sharded/{shard}")))
                tensors[name].Bytes.Span.SequenceEqual(tensor.Bytes.Span).ShouldBeTrue(name);
        }
    }

    [Fact]
    public void A_model_of_shards_or_of_torch_files_gives_what_one_file_gives()
    {
        PerceiverConfig config = ConfigFile.Read(Golden.PathOf("D"));
        Dictionary<string, ModelInput> inputs = new() { ["image"] = RawInputs.Image(Some.Tensor(1, 1, 3, 8, 10), (ImageInput)config.Inputs["image"]) };
        using PerceiverModel whole = Checkpoint.Load(Golden.PathOf("D"));
        File.Copy(Golden.PathOf("D/config.json"), _directory.File("config.json"));

        File.Copy(Golden.PathOf("torch/D.bin"), _directory.File("pytorch_model.bin"));
        using (PerceiverModel torch = Checkpoint.Load(_directory.Path))
            Some.Logits(torch, inputs).ShouldBe(Some.Logits(whole, inputs));

        // A model.safetensors or its index comes before pytorch_model.bin.
        File.WriteAllText(_directory.File("pytorch_model.bin"), "not looked at");
        Shard(SafeTensors.Read(Golden.PathOf("D/model.safetensors")).Values, 2);
        using PerceiverModel sharded = Checkpoint.Load(_directory.Path);
        Some.Logits(sharded, inputs).ShouldBe(Some.Logits(whole, inputs));
    }

    [Fact]
    public void Torch_files_may_be_shards()
    {
        File.Copy(Golden.PathOf("torch/nested2.bin"), _directory.File("pytorch_model-00001-of-00001.bin"));
        File.WriteAllText(_directory.File("pytorch_model.bin.index.json"),
            """{"weight_map": {"w": "pytorch_model-00001-of-00001.bin", "wt": "pytorch_model-00001-of-00001.bin"}}""");

        WeightFiles.Read(_directory.Path).Tensors["wt"].ToFloats().ShouldBe([0, 3, 1, 4, 2, 5]);
    }

    [Fact]
    public void An_index_and_shards_that_disagree_are_told_all_at_once()
    {
        Shard([Tensor("a"), Tensor("b"), Tensor("c"), Tensor("d")], 2);
        Write("""{"weight_map": {"a": "0.safetensors", "b": "0.safetensors", "missing": "1.safetensors", "d": "1.safetensors"}}""");

        Problems().ShouldBe(
        [
            "'c' is in '0.safetensors' but not in the map",
            "'b' is in '1.safetensors': the map gives it to '0.safetensors'",
            "'b' is not in '0.safetensors', which the map gives it to",
            "'missing' is not in '1.safetensors', which the map gives it to",
        ]);
    }

    [Fact]
    public void Shards_outside_the_directory_and_absent_ones_are_refused_by_name()
    {
        Write("""{"weight_map": {"a": "../a.safetensors", "b": "/b", "c": "c\\d", "d": "..", "e": "", "f": "absent.safetensors"}}""");

        Problems().ShouldBe(
        [
            .. new[] { "", "..", "../a.safetensors", "/b", "c\\d" }.Select(s => $"names the shard '{s}': expected a file name without a path"),
            "names the shard 'absent.safetensors', which is not there",
        ]);
    }

    [Theory]
    [InlineData("[]", "has no \"weight_map\" that is an object of texts")]
    [InlineData("{}", "has no \"weight_map\" that is an object of texts")]
    [InlineData("""{"weight_map": []}""", "has no \"weight_map\" that is an object of texts")]
    [InlineData("""{"weight_map": {"a": 1}}""", "has no \"weight_map\" that is an object of texts")]
    [InlineData("""{"weight_map": {"a": "x", "a": "y"}}""", "not valid JSON")]
    [InlineData("{", "not valid JSON")]
    public void A_damaged_index_is_refused(string json, string fact)
    {
        Write(json);

        Problems().ShouldHaveSingleItem().ShouldContain(fact);
    }

    [Fact]
    public void A_directory_without_weights_says_what_it_looked_for()
    {
        string message = Should.Throw<CheckpointException>(() => WeightFiles.Read(_directory.Path)).Message;

        foreach (string name in new[] { "model.safetensors", Index, "pytorch_model.bin", "pytorch_model.bin.index.json" })
            message.ShouldContain(_directory.File(name));
    }

    [Fact]
    public void A_file_whose_writing_fails_stays_as_it_was()
    {
        File.WriteAllText(_directory.File("x"), "old");

        Should.Throw<IOException>(() => AtomicFile.Write(_directory.File("x"), stream =>
        {
            stream.Write("new"u8);
            throw new IOException("the disk is full");
        }));

        File.ReadAllText(_directory.File("x")).ShouldBe("old");
        Directory.GetFiles(_directory.Path).ShouldBe([_directory.File("x")]);
    }

    private static SafeTensor Tensor(string name) => SafeTensor.FromFloats(name, [2], [1, 2]);

    // Deals the tensors out to files 0.safetensors, 1.safetensors, ...
    private void Shard(IEnumerable<SafeTensor> tensors, int count)
    {
        JsonObject map = [];
        foreach (IGrouping<int, SafeTensor> shard in tensors.Select((tensor, i) => (tensor, i)).GroupBy(t => t.i % count, t => t.tensor))
        {
            SafeTensors.Write(_directory.File($"{shard.Key}.safetensors"), [.. shard]);
            foreach (SafeTensor tensor in shard)
                map[tensor.Name] = $"{shard.Key}.safetensors";
        }

        Write(new JsonObject { ["weight_map"] = map }.ToJsonString());
    }

    private void Write(string index) => File.WriteAllText(_directory.File(Index), index);

    private IReadOnlyList<string> Problems()
    {
        CheckpointException e = Should.Throw<CheckpointException>(() => WeightFiles.Read(_directory.Path));
        e.Message.ShouldContain(_directory.File(Index));
        return e.Problems;
    }
}
