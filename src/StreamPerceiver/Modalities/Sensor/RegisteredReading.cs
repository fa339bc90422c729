using System.Collections.Concurrent;
using Google.Protobuf.Reflection;
using StreamPerceiver.Flow;
using StreamPerceiver.Schemas;
using StreamPerceiver.Schemas.Avro;
using StreamPerceiver.Schemas.Protobuf;

namespace StreamPerceiver.Modalities.Sensor;

/// <summary>Reads the readings of one schema of a registry. The schema is read once, for the first of them.</summary>
internal sealed class RegisteredReading
{
    private const int MostIndexes = 64; // messages within one another

    private readonly string _name;
    private readonly FieldReadings _readings;
    private readonly ReadingParser? _json;
    private readonly FieldPlan? _plan;
    private readonly FileDescriptor? _file;
    private readonly string? _problem;
    private readonly ConcurrentDictionary<MessageDescriptor, FieldPlan> _messages = new();

    /// <summary>Reads the schema. What is wrong with it is the reason of a rejection of each of its readings.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="readings">Makes the readings of Avro and Protobuf.</param>
    /// <param name="json">Parses the readings in JSON.</param>
    public RegisteredReading(int id, RegisteredSchema schema, FieldReadings readings, ReadingParser json)
    {
        (_name, _readings) = ($"schema {id}", readings);
        try
        {
            if (schema.Kind == SchemaKind.Json) _json = json;
            else if (schema.Kind == SchemaKind.Protobuf) _file = ProtobufSchema.Read(schema);
            else _plan = new AvroPlan(AvroSchemaReader.Read(schema.Text, schema.References.Select(r => r.Text)), readings.Paths);
        }
        catch (SchemaException e)
        {
            _problem = $"{_name} cannot be read: {e.Message}";
        }
    }

    /// <summary>Reads the values of a reading.</summary>
    /// <param name="payload">What stands behind the schema's id.</param>
    /// <exception cref="BadPayloadException">The schema or the reading cannot be used.</exception>
    public float[] Read(ReadOnlySpan<byte> payload)
    {
        if (_problem is not null) throw new BadPayloadException(RejectionReason.WrongShape, _problem);
        if (_json is not null) return _json.ReadJson(payload);
        FieldPlan plan = _plan ?? PlanOf(ref payload);
        foreach ((int path, string expected) in plan.Problems)
            throw new BadPayloadException(RejectionReason.WrongShape, $"{_name} has no channel {_readings.Paths[path]}, expected {expected}");
        try
        {
            return _readings.Read(plan, payload);
        }
        catch (BadPayloadException bad)
        {
            throw new BadPayloadException(bad.Reason, $"{_name}: {bad.Message}", bad.InnerException);
        }
    }

    // The message is named by its place in the file and in the messages around it. A single zero stands for the first one of the file.
    private FieldPlan PlanOf(ref ReadOnlySpan<byte> payload)
    {
        var input = new ProtobufInput(payload);
        Span<int> indexes = stackalloc int[MostIndexes];
        try
        {
            int count = ReadIndex(ref input);
            if (count > MostIndexes) throw new BadPayloadException(RejectionReason.TooLarge, $"{count} indexes of messages, expected at most {MostIndexes}");
            indexes = indexes[..Math.Max(1, count)];
            for (int i = 0; i < count; i++) indexes[i] = ReadIndex(ref input);
        }
        catch (BadPayloadException bad)
        {
            throw new BadPayloadException(bad.Reason, $"{_name}: not the indexes of a message: {bad.Message}", bad);
        }

        payload = input.Rest;
        MessageDescriptor message = ProtobufSchema.Find(_file!, indexes)
            ?? throw new BadPayloadException(RejectionReason.Undecodable, $"{_name} has no message {string.Join('.', indexes.ToArray())}");
        return _messages.GetOrAdd(message, m => new ProtobufPlan(m, _readings.Paths));
    }

    private static int ReadIndex(ref ProtobufInput input)
    {
        ulong bits = input.ReadVarint();
        long index = (long)(bits >> 1) ^ -(long)(bits & 1);
        return index is >= 0 and <= int.MaxValue ? (int)index : throw new BadPayloadException(RejectionReason.Undecodable, $"an index is {index}");
    }
}
