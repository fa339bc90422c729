using System.Text.Json.Nodes;
using StreamPerceiver.Modalities.Category;

namespace StreamPerceiver.Tests.Topology;

/// <summary>The vocabulary of a category, in the pipeline file or beside it.</summary>
public sealed class CategoryOptionTests : IDisposable
{
    private readonly PipelineFile _file = new();

    private string Vocabulary => Path.Combine(Path.GetDirectoryName(_file.Path)!, "types.txt");

    public void Dispose() => _file.Dispose();

    [Fact]
    public void The_words_are_in_the_file_or_in_one_beside_it()
    {
        File.WriteAllText(Vocabulary, "\ufefflathe\r\n\r\nmill saw \nother");

        var beside = (CategorySpec)_file.Read(root => Add(root, """{ "vocabulary": "types.txt", "unknown": "other", "field": "a.b" }""")).Inputs[2];
        beside.Words.ShouldBe(["lathe", "mill saw", "other"]);
        (beside.Unknown, beside.Field).ShouldBe(("other", "a.b"));
        beside.TokenShape(1).ShouldBe((1, 3));
        ((CategorySpec)_file.Read(root => Add(root, """{ "words": ["b", "a"] }""")).Inputs[2]).Words.ShouldBe(["b", "a"]);
    }

    [Theory]
    [InlineData("{}", "words and vocabulary are both there or both missing, expected one of them")]
    [InlineData("""{ "words": ["a"], "vocabulary": "types.txt" }""", "words and vocabulary are both there or both missing, expected one of them")]
    [InlineData("""{ "words": ["a"], "unknown": "b" }""", "unknown is \"b\", expected a word of the vocabulary")]
    [InlineData("""{ "vocabulary": "none.txt" }""", "vocabulary: Could not find file")]
    [InlineData("""{ "vocabulary": "types.txt" }""", "vocabulary has \"a\" 2 times, expected once")]
    [InlineData("""{ "vocabulary": "empty.txt" }""", "vocabulary has 0 words, expected 1 to 65536")]
    public void A_vocabulary_that_cannot_be_used_is_refused(string section, string problem)
    {
        File.WriteAllText(Vocabulary, "a\nb\na\n");
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(Vocabulary)!, "empty.txt"), "\n");

        _file.Errors(root => Add(root, section)).Single().ShouldStartWith($"$.inputs.kind.{problem}");
    }

    private static void Add(JsonNode root, string section)
    {
        JsonObject kind = JsonNode.Parse(section)!.AsObject();
        (kind["topic"], kind["modality"]) = ("t.kind", "category");
        root["inputs"]!["kind"] = kind;
    }
}
