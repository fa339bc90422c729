using System.Globalization;
using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;

namespace StreamPerceiver.Recordings.Times;

/// <summary>Moves records in time: Kafka's timestamp, and the headers with event times. Payloads stay as they are, with the times in them.</summary>
public sealed class TimeShift
{
    private readonly IReadOnlyDictionary<string, EventTimeSource[]>? _sources; // by topic; null: the default in all

    /// <summary>Makes a shift of records whose event time is in CloudEvents' header, or is Kafka's timestamp.</summary>
    public TimeShift()
    {
    }

    /// <summary>Makes a shift of the records of a pipeline.</summary>
    /// <param name="inputs">Its inputs, by which the places of the event times are known.</param>
    /// <exception cref="RecordingException">An input has its event time in the payload.</exception>
    public TimeShift(IReadOnlyList<InputSpec> inputs)
    {
        if (inputs.FirstOrDefault(i => i.TimeSource.Kind == EventTimeKind.Field) is { } other)
            throw new RecordingException(
                $"input {other.Name}: its event time is in field {other.TimeSource.Name} of the payload, which no shift changes, "
                + "expected a header or a timestamp");
        _sources = inputs.GroupBy(i => i.Topic, StringComparer.Ordinal).ToDictionary(
            same => same.Key, same => same.Select(i => i.TimeSource).Where(s => s.Kind != EventTimeKind.Timestamp).Distinct().ToArray(),
            StringComparer.Ordinal);
    }

    /// <summary>Returns the event time in the last header that has one, or null.</summary>
    public EventTime? HeaderTime(SourceRecord record)
    {
        for (int i = record.Headers.Count - 1; i >= 0; i--)
            if (Find(record.Topic, record.Headers[i].Key) is { } source && Parse(record.Headers[i].Value, source.Format) is { } time) return time;
        return null;
    }

    /// <summary>Returns a record that is later. A header that is no time stays as it is.</summary>
    /// <param name="record">The record.</param>
    /// <param name="milliseconds">How much later; less than 0: earlier.</param>
    public SourceRecord Move(SourceRecord record, long milliseconds) => milliseconds == 0 ? record : record with
    {
        TimestampMs = record.TimestampMs + milliseconds,
        Headers =
        [
            .. record.Headers.Select(h => Find(record.Topic, h.Key) is { } source
                ? KeyValuePair.Create(h.Key, Move(h.Value, source.Format, milliseconds))
                : h),
        ],
    };

    private EventTimeSource? Find(string topic, string header)
    {
        if (_sources is null) return IsNamed(EventTimeSource.Default) ? EventTimeSource.Default : null;
        return _sources.GetValueOrDefault(topic)?.FirstOrDefault(IsNamed);

        bool IsNamed(EventTimeSource source) => string.Equals(source.Name, header, StringComparison.OrdinalIgnoreCase);
    }

    private static byte[]? Move(byte[]? text, TimeFormat format, long milliseconds)
    {
        if (Parse(text, format) is not { } time) return text;
        return Encoding.UTF8.GetBytes(format == TimeFormat.Rfc3339
            ? (time + milliseconds * EventTime.PerMillisecond).ToString()
            : (Number(text)!.Value + milliseconds * EventTime.PerMillisecond / Unit(format)).ToString(CultureInfo.InvariantCulture));
    }

    private static EventTime? Parse(byte[]? text, TimeFormat format)
    {
        if (text is null) return null;
        if (format == TimeFormat.Rfc3339) return EventTime.TryParse(text, out EventTime time) ? time : null;
        return Number(text) is { } number && Math.Abs(number) < long.MaxValue / Unit(format) ? new EventTime((long)(number * Unit(format))) : null;
    }

    private static decimal? Number(byte[]? text)
        => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) ? number : null;

    // In nanoseconds.
    private static decimal Unit(TimeFormat format) => format switch
    {
        TimeFormat.S => EventTime.PerSecond,
        TimeFormat.Ms => EventTime.PerMillisecond,
        TimeFormat.Us => 1_000,
        _ => 1,
    };
}
