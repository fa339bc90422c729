using System.Globalization;

namespace StreamPerceiver.Flow;

/// <summary>How a time is written.</summary>
public enum TimeFormat
{
    /// <summary>A text such as <c>2026-01-31T12:00:00.123456789Z</c>.</summary>
    Rfc3339,

    /// <summary>Seconds since 1970, whole or with a fraction.</summary>
    S,

    /// <summary>Milliseconds since 1970, whole or with a fraction.</summary>
    Ms,

    /// <summary>Microseconds since 1970, whole or with a fraction.</summary>
    Us,

    /// <summary>Nanoseconds since 1970.</summary>
    Ns,
}

/// <summary>Reads times of each <see cref="TimeFormat"/>. A fraction of a nanosecond is rounded.</summary>
public static class TimeText
{
    /// <summary>Most bytes of a time.</summary>
    public const int MostBytes = 64;

    /// <summary>Returns what a format expects, for messages.</summary>
    public static string Expected(TimeFormat format) => format switch
    {
        TimeFormat.S => "seconds since 1970",
        TimeFormat.Ms => "milliseconds since 1970",
        TimeFormat.Us => "microseconds since 1970",
        TimeFormat.Ns => "nanoseconds since 1970",
        _ => "an RFC 3339 time such as 2026-01-31T12:00:00.123456789Z",
    };

    /// <summary>Reads a time from UTF-8 bytes. Returns false where they are no such time.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, TimeFormat format, out EventTime time)
    {
        if (format == TimeFormat.Rfc3339) return EventTime.TryParse(utf8, out time);
        time = default;
        return utf8.Length <= MostBytes && decimal.TryParse(utf8, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number)
            && TryScale(number, format, out time);
    }

    /// <summary>Makes a time of a number since 1970. Returns false where 64-bit nanoseconds cannot hold it, and for a format that is no number.</summary>
    public static bool TryScale(decimal number, TimeFormat format, out EventTime time)
    {
        decimal unit = format switch
        {
            TimeFormat.S => 1_000_000_000,
            TimeFormat.Ms => 1_000_000,
            TimeFormat.Us => 1_000,
            TimeFormat.Ns => 1,
            _ => 0,
        };
        time = default;
        if (unit == 0 || Math.Abs(number) > long.MaxValue / unit) return false;
        time = new EventTime((long)decimal.Round(number * unit));
        return true;
    }
}
