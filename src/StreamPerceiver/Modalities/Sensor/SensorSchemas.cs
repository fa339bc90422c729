using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using StreamPerceiver.Schemas;
using StreamPerceiver.Schemas.Avro;
using StreamPerceiver.Schemas.Protobuf;

namespace StreamPerceiver.Modalities.Sensor;

/// <summary>The schemas of an input's readings: the keys <c>avro</c> and <c>protobuf</c>, which name files, and <c>registry</c>.</summary>
internal sealed class SensorSchemas
{
    private readonly InputSection _section;
    private readonly FieldReadings _readings;
    private readonly List<(string[] MediaTypes, FieldPlan Plan, Func<string, FieldPlan> PlanOfTime)> _formats = [];
    private readonly List<string> _problems = [];

    private SensorSchemas(InputSection section)
    {
        string[] channels = section.Names("channels");
        (_section, _readings) = (section, new FieldReadings(channels, SensorSpec.LayoutOf(channels.Length, GeoPosition.Read(section), Counter.Read(section))));
        if (section.Json["avro"] is JsonObject avro) ReadAvro(avro["schema"]!.GetValue<string>());
        if (section.Json["protobuf"] is JsonObject protobuf)
            ReadProtobuf(protobuf["descriptors"]!.GetValue<string>(), protobuf["message"]!.GetValue<string>());
        UsesRegistry = section.Flag("registry");
        if (UsesRegistry && section.Json["avro"] is not null) _problems.Add("avro is there, expected none: with registry the schema comes from there");
        if (UsesRegistry && section.Json["protobuf"] is not null) _problems.Add("protobuf is there, expected none: with registry the schema comes from there");
    }

    /// <summary>Whether the schemas are those of a registry.</summary>
    public bool UsesRegistry { get; }

    /// <summary>Makes the codecs for the schemas in files.</summary>
    /// <param name="time">Where the event time is.</param>
    public IEnumerable<ICodec> CreateCodecs(EventTimeSource time)
        => _formats.Select(f => new FieldReadingCodec(f.MediaTypes, f.Plan, f.PlanOfTime(time.Name), _readings));

    /// <summary>Lists what is wrong with the keys or the files: each problem begins with the key within the section.</summary>
    /// <param name="time">Where the event time is.</param>
    public IEnumerable<string> Problems(EventTimeSource time) =>
    [
        .. _problems,
        .. _formats.Where(f => time.Kind == EventTimeKind.Field && f.PlanOfTime(time.Name).Problems.Count > 0)
            .Select(f => $"eventTime.field is {Shown(time.Name)}, expected a number, a text or a time of {f.Plan.Name}"),
    ];

    /// <summary>Reads the keys of an input's section and the files that they name.</summary>
    public static SensorSchemas Read(InputSection section) => new(section);

    private void ReadAvro(string file)
    {
        try
        {
            AvroType type = AvroSchemaReader.Read(File.ReadAllText(Path.GetFullPath(file, _section.Folder)));
            Add(
                ["avro/binary", "application/avro", "application/vnd.apache.avro"], new AvroPlan(type, _readings.Paths), time => new AvroPlan(type, [time]));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SchemaException)
        {
            _problems.Add($"avro.schema is {Shown(file)}, expected a file with a schema of Avro: {e.Message}");
        }
    }

    private void ReadProtobuf(string file, string name)
    {
        try
        {
            IReadOnlyList<MessageDescriptor> messages = ProtobufSchema.ReadSet(File.ReadAllBytes(Path.GetFullPath(file, _section.Folder)));
            if (messages.FirstOrDefault(m => m.FullName == name) is { } message)
                Add(
                    ["application/protobuf", "application/x-protobuf", "application/vnd.google.protobuf"], new ProtobufPlan(message, _readings.Paths),
                    time => new ProtobufPlan(message, [time], hasDefaults: false));
            else
                _problems.Add(
                    $"protobuf.message is {Shown(name)}, expected one of {string.Join(", ", messages.Select(m => m.FullName).Order(StringComparer.Ordinal))}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SchemaException)
        {
            _problems.Add($"protobuf.descriptors is {Shown(file)}, expected a file that protoc --include_imports -o writes: {e.Message}");
        }
    }

    private void Add(string[] mediaTypes, FieldPlan plan, Func<string, FieldPlan> planOfTime)
    {
        _problems.AddRange(plan.Problems.Select(p => $"channels[{p.Path}] is {Shown(_readings.Paths[p.Path])}, expected {p.Problem}"));
        _formats.Add((mediaTypes, plan, planOfTime));
    }

    private static string Shown(string text) => JsonSerializer.Serialize(text);
}
