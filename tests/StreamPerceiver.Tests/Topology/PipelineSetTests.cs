using System.Text.Json.Nodes;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Tests.Topology;

public sealed class PipelineSetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pipeline-set-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folder_means_its_pipeline_files_in_ordinal_order_without_schemas()
    {
        foreach (string name in new[] { "b", "a", "C" }) Write(name);
        File.WriteAllText(Path.Combine(_folder, "pipeline.schema.json"), "{}");
        File.WriteAllText(Path.Combine(_folder, "README.md"), "");
        Directory.CreateDirectory(Path.Combine(_folder, "models.json"));

        PipelineSet set = PipelineSet.Read([_folder]);

        set.Errors.ShouldBeEmpty();
        set.Pipelines.Select(p => Path.GetFileName(p.File)).ShouldBe(["C.json", "a.json", "b.json"]);
    }

    [Fact]
    public void Files_and_folders_keep_their_order()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "more"));
        string a = Write("a"), b = Write("more/b"), c = Write("c");

        PipelineSet.Read([c, Path.GetDirectoryName(b)!, a]).Pipelines.Select(p => p.File).ShouldBe([c, b, a]);
    }

    [Fact]
    public void A_folder_without_pipelines_is_refused()
        => PipelineSet.Read([_folder]).Errors.ShouldBe([$"{_folder}: has no pipeline file, expected one or more *.json that are not *.schema.json"]);

    [Fact]
    public void All_errors_of_all_files_are_said_at_once_and_the_good_ones_are_there()
    {
        string good = Write("good"), bad = Write("bad", root => root["window"]!["sizeMs"] = 0), missing = Path.Combine(_folder, "missing.json");

        PipelineSet set = PipelineSet.Read([bad, good, missing]);

        set.Pipelines.ShouldHaveSingleItem().File.ShouldBe(good);
        set.Errors.Count.ShouldBe(2);
        set.Errors[0].ShouldBe($"{bad}: $.window.sizeMs is 0, expected 1 to 3600000");
        set.Errors[1].ShouldStartWith($"{missing}: ");
    }

    [Fact]
    public void Two_of_one_name_are_refused_by_file_and_name()
    {
        string a = Write("a");
        string b = Write("b", root => (root["name"], root["topics"]!["deadLetters"], root["topics"]!["progress"]) = ("a", "b.dead", "b.progress"));

        PipelineSet.Read([a, b]).Errors.ShouldBe([$"{b}: $.name is \"a\", and so is that of {a}, expected a name of its own: it is the consumer group"]);
    }

    [Theory]
    [InlineData("predictions", "a.out")]
    [InlineData("late", "a.out")]
    [InlineData("deadLetters", "a.dead-letters")]
    [InlineData("progress", "a.progress")]
    public void Two_that_write_one_topic_are_refused_by_file_and_name(string key, string topic)
    {
        string a = Write("a"), b = Write("b", root => root["topics"]![key] = topic);

        PipelineSet.Read([a, b]).Errors.ShouldBe([$"{b}: $.topics: b writes {topic}, and so does a of {a}, expected a topic of its own"]);
    }

    [Fact]
    public void Two_may_read_the_same_topics_and_use_the_same_model()
        => PipelineSet.Read([Write("a"), Write("b")]).Errors.ShouldBeEmpty();

    private string Write(string name, Action<JsonNode>? change = null)
    {
        JsonNode root = JsonNode.Parse(PipelineFile.Least)!;
        string plain = Path.GetFileName(name);
        (root["name"], root["topics"]!["predictions"]) = (plain.ToLowerInvariant(), $"{plain}.out");
        change?.Invoke(root);
        string file = Path.Combine(_folder, $"{name}.json");
        File.WriteAllText(file, root.ToJsonString());
        return file;
    }
}
