using System.Text.Json.Nodes;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.Modalities.Set;

namespace StreamPerceiver.Tests.Topology;

/// <summary>The channels of a position, and the place from which its metres count: the same keys for sensors and sets.</summary>
public sealed class PositionOptionTests : IDisposable
{
    private const string Place = """{ "latitude": "y", "longitude": "x", "origin": { "latitude": 48.5, "longitude": 11 } }""";

    private readonly PipelineFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void Sensors_and_sets_have_the_same_keys()
    {
        GeoPosition sensor = ((SensorSpec)_file.Read(root => root["inputs"]!["imu"]!["position"] = JsonNode.Parse(Place)).Inputs[1]).Position!;
        GeoPosition set = ((SetSpec)_file.Read(Ships(Place)).Inputs[2]).Position!;

        foreach (GeoPosition position in new[] { sensor, set })
        {
            (position.Latitude, position.Longitude, position.Altitude).ShouldBe((1, 0, null));
            position.Origin!.ToMetres(48.5, 11, 0).ShouldBe((0, 0, 0));
        }

        ((SetSpec)_file.Read(Ships("""{ "latitude": "y", "longitude": "x" }""")).Inputs[2]).Position!.Origin.ShouldBeNull();
    }

    [Theory]
    [InlineData("""{ "latitude": "z", "longitude": "x" }""", "latitude is \"z\", expected a channel of its own among x, y")]
    [InlineData("""{ "latitude": "y", "longitude": "x", "origin": { "latitude": 91, "longitude": 11 } }""", "origin.latitude is 91, expected -90 to 90")]
    [InlineData("""{ "latitude": "y", "longitude": "x", "origin": { "latitude": 9 } }""", "origin.longitude is missing")]
    [InlineData(
        """{ "latitude": "y", "longitude": "x", "origin": { "latitude": 9, "longitude": 9, "altitude": 9 } }""",
        "origin.altitude is there, expected none: without position.altitude every height is 0")]
    public void A_position_that_cannot_be_is_refused(string position, string problem)
        => _file.Errors(Ships(position)).Single().ShouldStartWith($"$.inputs.ships.position.{problem}");

    private static Action<JsonNode> Ships(string position) => root => root["inputs"]!["ships"] = JsonNode.Parse(
        $$"""{ "topic": "t.ships", "modality": "set", "channels": ["x", "y"], "slots": 4, "position": {{position}} }""");
}
