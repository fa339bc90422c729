namespace StreamPerceiver.Training.Tests;

/// <summary>Files of labels.</summary>
public sealed class LabelFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("labels-").FullName;

    private readonly List<string> _notes = [];

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

    [Fact]
    public void Tables_of_other_programs_are_read()
    {
        Read("excel.csv", "\uFEFFentity,from,to,output,value\r\n\"m, \"\"1\"\"\",2023-11-14T22:13:20Z,2023-11-14T22:13:22Z,state,\"low\"\r\n\r\n")
            .ShouldBe([Some.Label(0, 2, "low", "m, \"1\"")]);
        Read("seconds.csv", "entity,from,to,output,value\nmachine,1700000000,1700000002.5,state,low").ShouldBe([Some.Label(0, 2.5, "low")]);
        Read("numbers.jsonl", """{"entity":"machine","from":1700000000000,"to":1700000002000,"output":"state","value":[1.5,-2]}""")
            .ShouldBe([Some.Label(0, 2, "1.5 -2")]);
        _notes.Count.ShouldBe(2);
        _notes[0].ShouldContain("seconds.csv: from is read as seconds since 1970, by the size of 1700000000");
    }

    [Theory]
    [InlineData("a.csv", "entity,from,to,value\n", "line 1 is 'entity,from,to,value', expected the columns entity,from,to,output,value")]
    [InlineData("a.csv", "entity,from,to,output,value\nm,2023-11-14T22:13:20Z\n", "line 2: has 2 cells, expected 5 as in the first row")]
    [InlineData(
        "a.csv", "entity,from,to,output,value\nm,noon,2023-11-14T22:13:20Z,o,v\n",
        "line 2: from is 'noon', expected an RFC 3339 time such as 2026-01-31T12:00:00.123456789Z")]
    [InlineData(
        "a.csv", "entity,from,to,output,value\nm,2023-11-14T22:13:20Z,2023-11-14T22:13:20Z,o,v\n",
        "line 2: to is 2023-11-14T22:13:20Z, expected a time after 2023-11-14T22:13:20Z")]
    [InlineData("a.csv", "entity,from,to,output,value\nm,\"x\n", "line 2: ends within a quoted cell, expected a closing quote")]
    [InlineData("a.csv", "", "line 1: is empty, expected a row of names")]
    [InlineData("a.csv", "entity,from,to,output,value\nm,1700000000,2023-11-14T22:13:20Z,o,v\n", "to is '2023-11-14T22:13:20Z', expected seconds since 1970")]
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
        return LabelFile.Read(path, _notes.Add);
    }
}
