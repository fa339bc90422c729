using System.Globalization;
using System.Text;

namespace StreamPerceiver.Flow;

/// <summary>The time at which something happened in the world: whole nanoseconds since 1970-01-01T00:00:00Z.</summary>
/// <param name="Nanoseconds">Nanoseconds since the epoch; negative before it.</param>
public readonly record struct EventTime(long Nanoseconds) : IComparable<EventTime>
{
    /// <summary>Nanoseconds in a millisecond.</summary>
    public const long PerMillisecond = 1_000_000;

    /// <summary>Nanoseconds in a second.</summary>
    public const long PerSecond = 1_000_000_000;

    /// <summary>Stands for no time: earlier than any event.</summary>
    public static readonly EventTime None = new(long.MinValue);

    private const long TicksAtEpoch = 621_355_968_000_000_000;

    /// <summary>Converts a Kafka timestamp, in milliseconds since the epoch.</summary>
    public static EventTime FromUnixMilliseconds(long milliseconds) => new(milliseconds * PerMillisecond);

    /// <summary>Formats nanoseconds as milliseconds, exactly.</summary>
    internal static string Milliseconds(long nanoseconds) => ((decimal)nanoseconds / PerMillisecond).ToString("0.######", CultureInfo.InvariantCulture);

    /// <summary>
    /// Reads an RFC 3339 timestamp such as CloudEvents' <c>ce_time</c>: a date, a time, up to nine digits of a second, and an offset.
    /// </summary>
    /// <returns>False when the text is no such timestamp.</returns>
    public static bool TryParse(string text, out EventTime time) => TryParse(Encoding.UTF8.GetBytes(text), out time);

    /// <summary>Reads an RFC 3339 timestamp from UTF-8 bytes. Returns false when the bytes are no such timestamp.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out EventTime time)
    {
        bool ok = Rfc3339.TryRead(utf8, out long nanoseconds);
        time = new EventTime(nanoseconds);
        return ok;
    }

    /// <inheritdoc/>
    public int CompareTo(EventTime other) => Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>Formats the time as RFC 3339 in UTC, with the fewest digits of a second that are exact: none, three, six or nine.</summary>
    public override string ToString()
    {
        long seconds = Math.DivRem(Nanoseconds, PerSecond, out long fraction);
        if (fraction < 0) (seconds, fraction) = (seconds - 1, fraction + PerSecond);
        var utc = new DateTime(seconds * 10_000_000 + TicksAtEpoch, DateTimeKind.Utc);
        string whole = utc.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        return fraction switch
        {
            0 => $"{whole}Z",
            _ when fraction % 1_000_000 == 0 => $"{whole}.{fraction / 1_000_000:D3}Z",
            _ when fraction % 1_000 == 0 => $"{whole}.{fraction / 1_000:D6}Z",
            _ => $"{whole}.{fraction:D9}Z",
        };
    }

    /// <summary>Adds nanoseconds to a time.</summary>
    public static EventTime operator +(EventTime time, long nanoseconds) => new(time.Nanoseconds + nanoseconds);

    /// <summary>Subtracts nanoseconds from a time.</summary>
    public static EventTime operator -(EventTime time, long nanoseconds) => new(time.Nanoseconds - nanoseconds);

    /// <summary>Returns the nanoseconds from the second time to the first.</summary>
    public static long operator -(EventTime later, EventTime earlier) => later.Nanoseconds - earlier.Nanoseconds;

    /// <summary>Returns whether the first time is earlier.</summary>
    public static bool operator <(EventTime left, EventTime right) => left.Nanoseconds < right.Nanoseconds;

    /// <summary>Returns whether the first time is later.</summary>
    public static bool operator >(EventTime left, EventTime right) => left.Nanoseconds > right.Nanoseconds;

    /// <summary>Returns whether the first time is earlier, or both are equal.</summary>
    public static bool operator <=(EventTime left, EventTime right) => left.Nanoseconds <= right.Nanoseconds;

    /// <summary>Returns whether the first time is later, or both are equal.</summary>
    public static bool operator >=(EventTime left, EventTime right) => left.Nanoseconds >= right.Nanoseconds;
}
