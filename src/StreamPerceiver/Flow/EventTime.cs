using System.Globalization;
using System.Text;

namespace StreamPerceiver.Flow;

/// <summary>When the world did it: nanoseconds since 1970-01-01T00:00:00Z, an integer, never a floating-point time.</summary>
/// <param name="Nanoseconds">Nanoseconds since the epoch; negative before it.</param>
public readonly record struct EventTime(long Nanoseconds) : IComparable<EventTime>
{
    /// <summary>Nanoseconds in a millisecond.</summary>
    public const long PerMillisecond = 1_000_000;

    /// <summary>Nanoseconds in a second.</summary>
    public const long PerSecond = 1_000_000_000;

    private const long TicksAtEpoch = 621_355_968_000_000_000;

    /// <summary>From a Kafka timestamp, in milliseconds since the epoch.</summary>
    public static EventTime FromUnixMilliseconds(long milliseconds) => new(milliseconds * PerMillisecond);

    /// <summary>
    /// Reads an RFC 3339 timestamp such as CloudEvents' <c>ce_time</c>: a date, a time, up to nine digits of a second, and an offset.
    /// </summary>
    /// <returns>False when the text is not one.</returns>
    public static bool TryParse(string text, out EventTime time) => TryParse(Encoding.UTF8.GetBytes(text), out time);

    /// <summary>The same of UTF-8 text.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out EventTime time)
    {
        bool ok = Rfc3339.TryRead(utf8, out long nanoseconds);
        time = new EventTime(nanoseconds);
        return ok;
    }

    /// <inheritdoc/>
    public int CompareTo(EventTime other) => Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>RFC 3339 in UTC with as many digits of a second as are needed: none, three, six or nine.</summary>
    public override string ToString()
    {
        long seconds = Math.DivRem(Nanoseconds, PerSecond, out long fraction);
        if (fraction < 0) (seconds, fraction) = (seconds - 1, fraction + PerSecond);
        string whole = new DateTime(seconds * 10_000_000 + TicksAtEpoch, DateTimeKind.Utc).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        return fraction switch
        {
            0 => $"{whole}Z",
            _ when fraction % 1_000_000 == 0 => $"{whole}.{fraction / 1_000_000:D3}Z",
            _ when fraction % 1_000 == 0 => $"{whole}.{fraction / 1_000:D6}Z",
            _ => $"{whole}.{fraction:D9}Z",
        };
    }

    /// <summary>The later time.</summary>
    public static EventTime operator +(EventTime time, long nanoseconds) => new(time.Nanoseconds + nanoseconds);

    /// <summary>The earlier time.</summary>
    public static EventTime operator -(EventTime time, long nanoseconds) => new(time.Nanoseconds - nanoseconds);

    /// <summary>Nanoseconds from the second to the first.</summary>
    public static long operator -(EventTime later, EventTime earlier) => later.Nanoseconds - earlier.Nanoseconds;

    /// <summary>Earlier than.</summary>
    public static bool operator <(EventTime left, EventTime right) => left.Nanoseconds < right.Nanoseconds;

    /// <summary>Later than.</summary>
    public static bool operator >(EventTime left, EventTime right) => left.Nanoseconds > right.Nanoseconds;

    /// <summary>Not later than.</summary>
    public static bool operator <=(EventTime left, EventTime right) => left.Nanoseconds <= right.Nanoseconds;

    /// <summary>Not earlier than.</summary>
    public static bool operator >=(EventTime left, EventTime right) => left.Nanoseconds >= right.Nanoseconds;
}
