using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;

namespace StreamPerceiver.Ingest;

/// <summary>
/// Reads the event time of a record: CloudEvents' <c>ce_time</c> header where there is one, else Kafka's timestamp. Adds the input's clock offset.
/// </summary>
/// <param name="maxFutureNs">
/// How far an event time may be ahead of Kafka's timestamp, in nanoseconds. A time far ahead would make all later records late.
/// </param>
public sealed class EventTimeReader(long maxFutureNs)
{
    /// <summary>The header of the event time, by the CloudEvents Kafka binding 1.0 in binary mode.</summary>
    public const string TimeHeader = "ce_time";

    private long _futureRecords;

    /// <summary>Records whose event time is too far ahead of Kafka's timestamp. Thread-safe.</summary>
    public long FutureRecords => Volatile.Read(ref _futureRecords);

    private const long LastMs = long.MaxValue / EventTime.PerMillisecond;

    /// <summary>Reads the event time. Returns false, with the reason, when the record has no usable one.</summary>
    public bool TryRead(SourceRecord record, InputSpec input, out EventTime time, out string problem)
    {
        time = default;
        if (record.HeaderBytes(TimeHeader) is { } header)
        {
            if (!EventTime.TryParse(header, out time))
            {
                problem = $"header {TimeHeader} is '{record.Header(TimeHeader)}', expected an RFC 3339 time such as 2026-01-31T12:00:00.123456789Z";
                return false;
            }
        }
        else if (record.TimestampMs > LastMs)
        {
            problem = $"Kafka's timestamp is {record.TimestampMs} ms, expected a time before 2262";
            return false;
        }
        else
        {
            time = EventTime.FromUnixMilliseconds(record.TimestampMs);
        }

        Int128 corrected = (Int128)time.Nanoseconds + input.ClockOffsetNs;
        time = new EventTime((long)Int128.Min(corrected, long.MaxValue));
        Int128 limit = record.TimestampMs is >= 0 and <= LastMs ? record.TimestampMs * (Int128)EventTime.PerMillisecond + maxFutureNs : long.MaxValue;
        var latest = new EventTime((long)Int128.Min(limit, long.MaxValue));
        problem = time.Nanoseconds < 0 ? $"event time is {time}, expected 1970 or later"
            : time > latest ? $"event time is {time}, expected {latest} at most, by Kafka's timestamp and maxFutureMs"
            : "";
        if (time > latest) Interlocked.Increment(ref _futureRecords);
        return problem.Length == 0;
    }
}
