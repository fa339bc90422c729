using System.Buffers.Binary;
using System.Collections.Concurrent;
using StreamPerceiver.Flow;
using StreamPerceiver.Schemas;

namespace StreamPerceiver.Modalities.Sensor;

/// <summary>
/// Decodes payloads in Confluent's wire format: a zero, the id of the writer's schema in a registry (4 bytes, big-endian), and one reading in Avro,
/// Protobuf or JSON. The channels are looked for in the writer's schema, so schemas may differ from record to record.
/// </summary>
/// <param name="schemas">Returns the schema of an id, or null where the registry has none; waits for a registry that is away.</param>
/// <param name="readings">Makes the readings of Avro and Protobuf.</param>
/// <param name="json">Parses the readings in JSON.</param>
/// <param name="time">The path of the event time, where it is in a field.</param>
internal sealed class RegistryReadingCodec(Func<int, RegisteredSchema?> schemas, FieldReadings readings, ReadingParser json, string time) : ITimedCodec
{
    /// <summary>The media type of a record that states none.</summary>
    public const string MediaType = "application/vnd.confluent";

    private const string JsonType = "application/json";
    private const int PrefixBytes = 1 + sizeof(int);

    private readonly ConcurrentDictionary<int, RegisteredReading> _kinds = new();

    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes =>
    [
        MediaType, "avro/binary", "application/avro", "application/vnd.apache.avro", "application/protobuf", "application/x-protobuf",
        "application/vnd.google.protobuf", JsonType, "application/octet-stream",
    ];

    /// <inheritdoc/>
    public void Decode(RawRecord record, ContentType contentType, SampleCollector samples)
        => samples.Add(new SensorReading(record.Stream, record.Time, record.Record.Offset, Read(record.Record.Value!, contentType.MediaType == JsonType)));

    /// <inheritdoc/>
    public EventTime FindTime(SourceRecord record, ContentType contentType, TimeMember member)
        => contentType.MediaType == JsonType && record.Value![0] != 0
            ? FieldTime.FindInJson(record.Value, member)
            : Find(record.Value, out ReadOnlySpan<byte> payload).FindTime(payload, member);

    private float[] Read(ReadOnlySpan<byte> value, bool isJson)
        => isJson && value[0] != 0 ? json.ReadJson(value) : Find(value, out ReadOnlySpan<byte> payload).Read(payload);

    // Finds the schema of a value. The payload is what stands behind the schema's id.
    private RegisteredReading Find(ReadOnlySpan<byte> value, out ReadOnlySpan<byte> payload)
    {
        if (value[0] != 0 || value.Length <= PrefixBytes)
        {
            string start = Convert.ToHexString(value[..Math.Min(PrefixBytes, value.Length)]);
            throw new BadPayloadException(RejectionReason.Undecodable, $"the value begins with {start}, expected 00, a schema's id of 4 bytes, and a reading");
        }

        payload = value[PrefixBytes..];
        return Find(BinaryPrimitives.ReadInt32BigEndian(value[1..]));
    }

    private RegisteredReading Find(int id)
    {
        if (_kinds.TryGetValue(id, out RegisteredReading? kind)) return kind;
        if (schemas(id) is not { } schema)
            throw new BadPayloadException(RejectionReason.UnknownSchema, $"the registry has no schema {id}, expected that of the record");
        if (_kinds.Count >= SchemaCache.MostIds) _kinds.Clear();
        return _kinds[id] = new RegisteredReading(id, schema, readings, json, time);
    }
}
