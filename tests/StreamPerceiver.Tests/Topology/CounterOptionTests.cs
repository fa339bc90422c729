using System.Text.Json.Nodes;
using StreamPerceiver.Modalities.Sensor;

namespace StreamPerceiver.Tests.Topology;

/// <summary>The channels of a sensor that count, by name.</summary>
public sealed class CounterOptionTests : IDisposable
{
    private readonly PipelineFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void Channels_that_count_have_a_modulus_and_go_down_or_not()
        => ((SensorSpec)_file.Read(Counters("""{ "y": { "wrap": 65536 }, "x": { "wrap": 360.5, "reverses": true } }""")).Inputs[1]).Counters
            .ShouldBe([new Counter("y", 1, 65_536, false), new Counter("x", 0, 360.5, true)]);

    [Fact]
    public void A_counter_may_never_wrap()
        => ((SensorSpec)_file.Read(Counters("""{ "x": {} }""")).Inputs[1]).Counters.ShouldBe([new Counter("x", 0, null, false)]);

    [Theory]
    [InlineData("""{ "z": {} }""", "counters has \"z\", expected channels among x, y")]
    [InlineData("""{ "x": { "wrap": 0 } }""", "counters.x.wrap is 0, expected 1 to 9007199254740992")]
    [InlineData("""{ "x": { "modulus": 7 } }""", "counters.x.modulus is not a known key")]
    [InlineData("{}", "counters has 0 entries, expected at least 1")]
    public void Counters_that_cannot_be_are_refused(string counters, string problem)
        => _file.Errors(Counters(counters)).Single().ShouldStartWith($"$.inputs.imu.{problem}");

    [Fact]
    public void A_position_counts_nothing_and_a_table_has_no_increase()
    {
        _file.Errors(root =>
        {
            Counters("""{ "x": {} }""")(root);
            root["inputs"]!["imu"]!["position"] = JsonNode.Parse("""{ "latitude": "x", "longitude": "y" }""");
        }).Single().ShouldStartWith("$.inputs.imu.counters has \"x\"");
        _file.Errors(root =>
        {
            Counters("""{ "x": {} }""")(root);
            root["inputs"]!["imu"]!["table"] = true;
        }).ShouldBe(["$.inputs.imu.counters is there, expected none with table: one value has no increase"]);
    }

    private static Action<JsonNode> Counters(string counters) => root => root["inputs"]!["imu"]!["counters"] = JsonNode.Parse(counters);
}
