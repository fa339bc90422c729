using StreamPerceiver.Flow;

namespace StreamPerceiver.Kafka;

/// <summary>Where the reading of topics begins.</summary>
/// <param name="IsEnd">Behind the last record of each partition.</param>
/// <param name="TimestampMs">At the first record with a timestamp of this time or later, in milliseconds since 1970.</param>
public sealed record ReadFrom(bool IsEnd = false, long? TimestampMs = null)
{
    /// <summary>Reads where to begin: <c>beginning</c>, <c>end</c>, or an RFC 3339 time. Returns null for anything else.</summary>
    public static ReadFrom? Parse(string text) => text switch
    {
        "beginning" => new ReadFrom(),
        "end" => new ReadFrom(IsEnd: true),
        _ => EventTime.TryParse(text, out EventTime time) ? new ReadFrom(TimestampMs: time.Nanoseconds / EventTime.PerMillisecond) : null,
    };
}
