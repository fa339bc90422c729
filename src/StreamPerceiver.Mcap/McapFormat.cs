using System.Globalization;

namespace StreamPerceiver.Mcap;

/// <summary>Constants of the format (MCAP specification, version 0).</summary>
internal static class McapFormat
{
    /// <summary>The first and the last bytes of a file.</summary>
    public static ReadOnlySpan<byte> Magic => [0x89, (byte)'M', (byte)'C', (byte)'A', (byte)'P', (byte)'0', (byte)'\r', (byte)'\n'];

    /// <summary>Bytes before the content of a record: its opcode and its length.</summary>
    public const int PrefixBytes = 9;

    /// <summary>Bytes of a footer with its prefix.</summary>
    public const int FooterBytes = PrefixBytes + 20;

    /// <summary>Bytes of a footer before its checksum, which covers them.</summary>
    public const int FooterBytesBeforeCrc = FooterBytes - 4;

    /// <summary>Formats a time as RFC 3339 in UTC with nine digits of a second.</summary>
    public static string Time(ulong nanoseconds)
    {
        DateTime second = DateTime.UnixEpoch.AddSeconds(nanoseconds / PerSecond);
        return string.Create(CultureInfo.InvariantCulture, $"{second:yyyy-MM-ddTHH:mm:ss}.{nanoseconds % PerSecond:D9}Z");
    }

    private const ulong PerSecond = 1_000_000_000;
}
