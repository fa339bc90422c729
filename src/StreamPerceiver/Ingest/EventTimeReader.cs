using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Schemas;

namespace StreamPerceiver.Ingest;

/// <summary>
/// Reads the event time of a record where its input has it: in a header, in a field of the payload, or in Kafka's timestamp. Adds the input's clock offset.
/// </summary>
/// <param name="inputs">The pipeline's inputs.</param>
/// <param name="maxFutureNs">
/// How far an event time may be ahead of Kafka's timestamp, in nanoseconds. A time far ahead would make all later records late.
/// </param>
/// <param name="schemas">Finds a schema of a registry by its id, and waits for it (default: there is no registry).</param>
public sealed class EventTimeReader(IReadOnlyList<InputSpec> inputs, long maxFutureNs, Func<int, RegisteredSchema?>? schemas = null)
{
    private const long LastMs = long.MaxValue / EventTime.PerMillisecond;

    private static readonly int Kinds = Enum.GetValues<EventTimeKind>().Length;

    private readonly FieldTimes?[] _fields = [.. inputs.Select(i => i.TimeSource.Kind == EventTimeKind.Field ? new FieldTimes(i, schemas) : null)];
    private readonly long[] _taken = new long[inputs.Count * Kinds];
    private long _futureRecords;

    /// <summary>Records whose event time is too far ahead of Kafka's timestamp. Thread-safe.</summary>
    public long FutureRecords => Volatile.Read(ref _futureRecords);

    /// <summary>How many event times were taken from each kind of place, by input; those that occurred. Thread-safe.</summary>
    public IReadOnlyList<(string Input, EventTimeKind Kind, long Count)> Taken =>
    [
        .. inputs.SelectMany((input, i) => Enum.GetValues<EventTimeKind>().Select(kind => (input.Name, kind, Volatile.Read(ref Count(i, kind)))))
            .Where(t => t.Item3 > 0),
    ];

    /// <summary>Reads the event time. Returns false, with the reason, when the record has no usable one.</summary>
    /// <param name="record">The record.</param>
    /// <param name="input">Index of its input.</param>
    /// <param name="time">The event time.</param>
    /// <param name="latest">The latest event time that a sample of the record may have, by Kafka's timestamp.</param>
    /// <param name="reason">The reason of the rejection.</param>
    /// <param name="problem">What is wrong; empty where nothing is.</param>
    /// <exception cref="StartAfreshException">The wait for a schema was ended.</exception>
    public bool TryRead(
        SourceRecord record, int input, out EventTime time, out EventTime latest, out RejectionReason reason, out string problem)
    {
        reason = RejectionReason.BadEventTime;
        EventTimeSource source = inputs[input].TimeSource;
        Int128 limit = record.TimestampMs is >= 0 and <= LastMs ? record.TimestampMs * (Int128)EventTime.PerMillisecond + maxFutureNs : long.MaxValue;
        latest = new EventTime((long)Int128.Min(limit, long.MaxValue));
        time = default;
        EventTimeKind kind = source.Kind;
        byte[]? header = kind is EventTimeKind.Header or EventTimeKind.CloudEvents ? record.HeaderBytes(source.Name) : null;
        if (header is null && kind == EventTimeKind.CloudEvents) kind = EventTimeKind.Timestamp;
        if (record.Value is null && kind == EventTimeKind.Field && inputs[input].IsTable) kind = EventTimeKind.Timestamp; // a deletion has no fields
        bool isRead = kind switch
        {
            EventTimeKind.Timestamp => TryTimestamp(record, out time, out problem),
            EventTimeKind.Field => _fields[input]!.TryRead(record, out time, out reason, out problem),
            _ => TryHeader(record, header, source, out time, out problem),
        };
        if (!isRead) return false;
        Int128 corrected = (Int128)time.Nanoseconds + inputs[input].ClockOffsetNs;
        time = new EventTime((long)Int128.Min(corrected, long.MaxValue));
        problem = time.Nanoseconds < 0 ? $"event time is {time}, expected 1970 or later"
            : time > latest ? $"event time is {time}, expected {latest} at most, by Kafka's timestamp and maxFutureMs"
            : "";
        if (time > latest) Interlocked.Increment(ref _futureRecords);
        if (problem.Length > 0) return false;
        Interlocked.Increment(ref Count(input, kind));
        return true;
    }

    private ref long Count(int input, EventTimeKind kind) => ref _taken[input * Kinds + (int)kind];

    private static bool TryTimestamp(SourceRecord record, out EventTime time, out string problem)
    {
        bool isThere = record.TimestampMs <= LastMs;
        time = isThere ? EventTime.FromUnixMilliseconds(record.TimestampMs) : default;
        problem = isThere ? "" : $"Kafka's timestamp is {record.TimestampMs} ms, expected a time before 2262";
        return isThere;
    }

    private static bool TryHeader(SourceRecord record, byte[]? header, EventTimeSource source, out EventTime time, out string problem)
    {
        time = default;
        bool isTime = header is not null && TimeText.TryParse(header, source.Format, out time);
        problem = isTime ? ""
            : header is null ? $"header {source.Name} is missing, expected {TimeText.Expected(source.Format)}"
            : $"header {source.Name} is '{record.Header(source.Name)}', expected {TimeText.Expected(source.Format)}";
        return isTime;
    }
}
