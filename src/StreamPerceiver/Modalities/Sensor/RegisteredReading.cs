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
    private readonly string _time;
    private readonly Plans? _plans;
    private readonly FileDescriptor? _file;
    private readonly string? _problem;
    private readonly ConcurrentDictionary<MessageDescriptor, Plans> _messages = new();

    /// <summary>Reads the schema. What is wrong with it is the reason of a rejection of each of its readings.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="readings">Makes the readings of Avro and Protobuf.</param>
    /// <param name="json">Parses the readings in JSON.</param>
    /// <param name="time">The path of the event time, where it is in a field.</param>
    public RegisteredReading(int id, RegisteredSchema schema, FieldReadings readings, ReadingParser json, string time)
    {
        (_name, _readings, _time) = ($"schema {id}", readings, time);
        try
        {
            if (schema.Kind == SchemaKind.Json) _json = json;
            else if (schema.Kind == SchemaKind.Protobuf) _file = ProtobufSchema.Read(schema);
            else
            {
                AvroType type = AvroSchemaReader.Read(schema.Text, schema.References.Select(r => r.Text));
                _plans = new Plans(new AvroPlan(type, readings.Paths), new AvroPlan(type, [time]));
            }
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
        FieldPlan plan = (_plans ?? PlansOf(ref payload)).Channels;
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

    /// <summary>Finds the event time of a reading.</summary>
    /// <param name="payload">What stands behind the schema's id.</param>
    /// <param name="member">The field.</param>
    /// <exception cref="BadPayloadException">The schema or the reading cannot be used, or has no such time.</exception>
    public EventTime FindTime(ReadOnlySpan<byte> payload, TimeMember member)
    {
        if (_problem is not null) throw new BadPayloadException(RejectionReason.WrongShape, _problem);
        if (_json is not null) return FieldTime.FindInJson(payload, member);
        FieldPlan plan = (_plans ?? PlansOf(ref payload)).Time;
        if (plan.Problems.Count > 0)
            throw new BadPayloadException(
                RejectionReason.BadEventTime, $"{_name} has no {member.Name}, expected a number, a text or a time in that field of {plan.Name}");
        return member.Read(plan, payload);
    }

    // The message is named by its place in the file and in the messages around it. A single zero stands for the first one of the file.
    private Plans PlansOf(ref ReadOnlySpan<byte> payload)
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
        return _messages.GetOrAdd(message, m => new Plans(new ProtobufPlan(m, _readings.Paths), new ProtobufPlan(m, [_time], hasDefaults: false)));
    }

    private static int ReadIndex(ref ProtobufInput input)
    {
        ulong bits = input.ReadVarint();
        long index = (long)(bits >> 1) ^ -(long)(bits & 1);
        return index is >= 0 and <= int.MaxValue ? (int)index : throw new BadPayloadException(RejectionReason.Undecodable, $"an index is {index}");
    }

    // The plans of one message: apart, because the channels of a reading are read more often than its time.
    private sealed record Plans(FieldPlan Channels, FieldPlan Time);
}
