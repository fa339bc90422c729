using System.Text.Json.Nodes;

namespace StreamPerceiver.Tests.Topology;

/// <summary>Which inputs may have their event time in a field.</summary>
public sealed class EventTimeOptionTests : IDisposable
{
    private readonly PipelineFile _file = new();

    public void Dispose() => _file.Dispose();

    [Theory]
    [InlineData("""{ "modality": "category", "words": ["a"], "field": "is" }""", true)]
    [InlineData("""{ "modality": "category", "words": ["a"] }""", false)]
    [InlineData("""{ "modality": "text", "length": 13, "field": "note" }""", true)]
    [InlineData("""{ "modality": "text", "length": 13 }""", false)]
    [InlineData("""{ "modality": "set", "channels": ["x"], "slots": 4 }""", true)]
    [InlineData("""{ "modality": "sensor", "channels": ["x"], "rateHz": 10, "registry": true }""", true)]
    public void A_field_may_have_the_event_time_where_a_format_has_fields(string section, bool isTaken)
    {
        void Add(JsonNode root)
        {
            JsonObject json = JsonNode.Parse(section)!.AsObject();
            (json["topic"], json["eventTime"]) = ("t.more", JsonNode.Parse("""{ "field": "meta.at" }"""));
            root["inputs"]!["more"] = json;
        }

        if (isTaken) _file.Read(Add).Inputs.Single(i => i.Name == "more").TimeSource.Name.ShouldBe("meta.at");
        else _file.Errors(Add).Single().ShouldStartWith("$.inputs.more.eventTime.field is \"meta.at\", expected header or timestamp");
    }

    [Fact]
    public void A_schema_in_a_file_must_have_the_field_of_the_event_time()
    {
        File.WriteAllText(
            Path.Combine(Path.GetDirectoryName(_file.Path)!, "r.avsc"),
            """{"type":"record","name":"R","fields":[{"name":"x","type":"int"},{"name":"y","type":"int"},{"name":"at","type":"long"}]}""");

        _file.Read(Timed("at")).Inputs[1].TimeSource.Name.ShouldBe("at");
        _file.Errors(Timed("meta.at")).ShouldBe(["$.inputs.imu.eventTime.field is \"meta.at\", expected a number, a text or a time of R in Avro"]);

        static Action<JsonNode> Timed(string field) => root =>
        {
            root["inputs"]!["imu"]!["avro"] = new JsonObject { ["schema"] = "r.avsc" };
            root["inputs"]!["imu"]!["eventTime"] = new JsonObject { ["field"] = field };
        };
    }
}
