namespace StreamPerceiver.Flow;

/// <summary>
/// Reads RFC 3339 timestamps such as CloudEvents' <c>ce_time</c>: a date, a time, up to nine digits of a second, and an offset. .NET's own parser keeps
/// seven digits and needs a string for each record.
/// </summary>
internal static class Rfc3339
{
    private const int FractionAt = 19; // the length of yyyy-MM-ddTHH:mm:ss

    // 64-bit nanoseconds cover 1677 to 2262. These are the first and the last whole year in that range, in seconds since 1970.
    private static readonly long First = new DateTimeOffset(1678, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
    private static readonly long Behind = new DateTimeOffset(2262, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();

    /// <summary>Reads a timestamp as nanoseconds since 1970. Returns false when the text is no such timestamp.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out long nanoseconds)
    {
        nanoseconds = 0;
        if (!TryReadSeconds(text, out long seconds)) return false;
        ReadOnlySpan<byte> rest = text[FractionAt..];
        long fraction = 0;
        if (rest is [(byte)'.', ..])
        {
            int digits = rest[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            if (digits is < 1 or > 9) return false;
            fraction = Number(rest[1..(1 + digits)]);
            for (int i = digits; i < 9; i++) fraction *= 10;
            rest = rest[(1 + digits)..];
        }

        if (!TryReadOffset(rest, out int minutes)) return false;
        seconds -= 60 * minutes;
        if (seconds < First || seconds >= Behind) return false;
        nanoseconds = seconds * EventTime.PerSecond + fraction;
        return true;
    }

    private static bool TryReadSeconds(ReadOnlySpan<byte> text, out long seconds)
    {
        seconds = 0;
        if (text.Length <= FractionAt || text[4] != '-' || text[7] != '-' || text[13] != ':' || text[16] != ':') return false;
        if (text[10] is not ((byte)'T' or (byte)'t' or (byte)' ')) return false;
        int year = Number(text[..4]), month = Number(text[5..7]), day = Number(text[8..10]);
        int hour = Number(text[11..13]), minute = Number(text[14..16]), second = Number(text[17..19]);
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        if (hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 59) return false;
        long days = new DateOnly(year, month, day).DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
        seconds = 86_400 * days + 3_600 * hour + 60 * minute + second;
        return true;
    }

    private static bool TryReadOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text is [(byte)'Z' or (byte)'z']) return true;
        if (text is not [(byte)'+' or (byte)'-', _, _, (byte)':', _, _]) return false;
        int hour = Number(text[1..3]), minute = Number(text[4..6]);
        if (hour < 0 || minute is < 0 or > 59 || 60 * hour + minute > 14 * 60) return false; // the greatest offset that .NET allows
        minutes = text[0] == '-' ? -(60 * hour + minute) : 60 * hour + minute;
        return true;
    }

    /// <summary>Reads a number of up to nine digits. Returns -1 where a byte is no digit.</summary>
    private static int Number(ReadOnlySpan<byte> digits)
    {
        int number = 0;
        foreach (byte digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit)) return -1;
            number = 10 * number + digit - '0';
        }

        return number;
    }
}
