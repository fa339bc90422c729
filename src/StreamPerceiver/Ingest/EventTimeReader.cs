using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>Event time of a record: CloudEvents' <c>ce_time</c> header where there is one, else Kafka's timestamp.</summary>
public static class EventTimeReader
{
    /// <summary>CloudEvents Kafka binding 1.0, binary mode.</summary>
    public const string TimeHeader = "ce_time";

    /// <summary>Reads it; false with the reason when there is no usable time.</summary>
    public static bool TryRead(SourceRecord record, out EventTime time, out string problem)
    {
        if (record.Header(TimeHeader) is { } text)
        {
            if (!EventTime.TryParse(text, out time))
            {
                problem = $"header {TimeHeader} is '{text}', expected an RFC 3339 time such as 2026-01-31T12:00:00.123456789Z";
                return false;
            }
        }
        else if (record.TimestampMs > long.MaxValue / EventTime.PerMillisecond)
        {
            (time, problem) = (default, $"Kafka's timestamp is {record.TimestampMs} ms, expected a time before 2262");
            return false;
        }
        else
        {
            time = EventTime.FromUnixMilliseconds(record.TimestampMs);
        }

        problem = time.Nanoseconds >= 0 ? "" : $"event time is {time}, expected 1970 or later";
        return time.Nanoseconds >= 0;
    }
}
