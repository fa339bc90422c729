namespace StreamPerceiver.Training.Tests;

/// <summary>Files of labels.</summary>
public sealed class LabelFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("labels-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_same_labels_come_from_every_format()
    {
        const string Item =
            """{"entity":"machine","from":"2023-11-14T22:13:20Z","to":"2023-11-14T22:13:22Z","output":"state","value":"low"}""";
        LabelInterval[] expected = [Some.Label(0, 2, "low")];

        Read("a.csv", "value,entity,from,to,output\nlow,machine,2023-11-14T22:13:20Z,2023-11-14T22:13:22Z,state\n").ShouldBe(expected);
        Read("a.json", $"[{Item}]").ShouldBe(expected);
        Read("a.jsonl", $"{Item}\n\n").ShouldBe(expected);
    }

    [Theory]
    [InlineData("a.csv", "entity,from,to,value\n", "line 1 is 'entity,from,to,value', expected the columns entity,from,to,output,value")]
    [InlineData("a.csv", "entity,from,to,output,value\nm,2023-11-14T22:13:20Z\n", "line 2 has 2 fields, expected 5")]
    [InlineData("a.csv", "entity,from,to,output,value\nm,noon,2023-11-14T22:13:20Z,o,v\n", "line 2: from is 'noon', expected an RFC 3339 time")]
    [InlineData(
        "a.csv", "entity,from,to,output,value\nm,2023-11-14T22:13:20Z,2023-11-14T22:13:20Z,o,v\n",
        "line 2: to is 2023-11-14T22:13:20Z, expected a time after 2023-11-14T22:13:20Z")]
    [InlineData("a.json", "{}", "expected an array of labels")]
    [InlineData("a.json", "[7]", "item 0 is 7, expected an object of a label")]
    [InlineData("a.jsonl", """{"entity":"m","start":1}""", "line 1: 'start' is not known, expected entity, from, to, output, value")]
    [InlineData("a.jsonl", """{"entity":"m"}""", "line 1: from is missing")]
    [InlineData("a.txt", "", "expected a file of labels that ends with .csv, .json or .jsonl")]
    public void What_is_no_label_is_refused_with_its_place(string name, string text, string problem)
        => Should.Throw<TrainingException>(() => Read(name, text)).Message.ShouldEndWith(problem);

    private IReadOnlyList<LabelInterval> Read(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return LabelFile.Read(path);
    }
}
