using System.Buffers.Binary;
using System.Text.Json.Nodes;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.Schemas;
using StreamPerceiver.TestKit;
using Decoder = StreamPerceiver.Decode.Decoder;

namespace StreamPerceiver.Tests.Decode;

/// <summary>A reading with its schema, as Python's libraries have written it: see <c>Schemas/make.py</c>.</summary>
internal sealed record SchemaCase(string Name, RegisteredSchema Schema, byte[] Payload, string[] Channels, float[]? Values)
{
    /// <summary>The id under which the cases are registered.</summary>
    public const int Id = 0x01020304;

    public static IReadOnlyDictionary<string, SchemaCase> All { get; } = JsonNode
        .Parse(File.ReadAllText(RepositoryRoot.Path("tests", "StreamPerceiver.Tests", "Decode", "Schemas", "payloads.json")))!.AsArray()
        .Select(json => Of(json!)).ToDictionary(c => c.Name);

    /// <summary>The value of the record: a zero, the id, the reading.</summary>
    public byte[] Wire => [.. Prefix(Id), .. Payload];

    /// <summary>An input that has these channels, and takes the wire format.</summary>
    public SensorSpec Input => InputOf(Channels);

    public static byte[] Prefix(int id)
    {
        byte[] prefix = new byte[5];
        BinaryPrimitives.WriteInt32BigEndian(prefix.AsSpan(1), id);
        return prefix;
    }

    public static SensorSpec InputOf(params string[] channels) => InputOf(channels, json => json["registry"] = true);

    public static SensorSpec InputOf(string[] channels, Action<JsonObject> change, string folder = "/")
    {
        var section = new JsonObject
        {
            ["topic"] = "readings",
            ["rateHz"] = 100,
            ["channels"] = new JsonArray([.. channels.Select(c => (JsonNode)c)]),
        };
        change(section);
        return (SensorSpec)SensorSpec.Read(new InputSection("imu", JsonNode.Parse(section.ToJsonString())!.AsObject(), EventTime.PerSecond, folder));
    }

    /// <summary>Decodes a record without a content type, by the schemas of a registry.</summary>
    public static (float[]? Values, Rejection? Rejection) Decode(
        SensorSpec input, byte[] payload, Func<int, RegisteredSchema?>? schemas, string? contentType = null)
    {
        List<MediaSample> samples = [];
        Rejection? rejection = new Decoder([input], "decode", schemas: schemas)
            .Decode(Payloads.Raw(input, contentType, payload), samples);
        return (samples.Cast<SensorReading>().SingleOrDefault()?.Values, rejection);
    }

    private static SchemaCase Of(JsonNode json) => new(
        json["name"]!.GetValue<string>(),
        new RegisteredSchema(
            Enum.Parse<SchemaKind>(json["kind"]!.GetValue<string>(), ignoreCase: true),
            json["schema"]!.GetValue<string>(),
            [.. json["references"]!.AsArray().Select(r => (r![0]!.GetValue<string>(), r[1]!.GetValue<string>()))]),
        Convert.FromHexString(json["payload"]!.GetValue<string>()),
        [.. json["channels"]!.AsArray().Select(c => c!.GetValue<string>())],
        json["values"] is JsonArray values ? [.. values.Select(v => (float)v!.GetValue<double>())] : null);
}
