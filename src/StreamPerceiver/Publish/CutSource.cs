using System.Security.Cryptography;
using System.Text;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Publish;

/// <summary>
/// Cuts a key and headers that are beyond their limits, so that no topic refuses the dead letter for them. The source record still has all of it, at the
/// place that the dead letter names.
/// </summary>
internal static class CutSource
{
    /// <summary>The header with the length of a key before it was cut.</summary>
    public const string CutKeyHeader = "streamperceiver.cut-key";

    /// <summary>The header with the number of headers that were left out.</summary>
    public const string CutHeadersHeader = "streamperceiver.cut-headers";

    private const int KeptKeyBytes = 256;

    /// <summary>
    /// Returns the record's key. A key that is too long becomes its first 256 bytes and its SHA-256. Records of one key so keep one key, and one partition.
    /// </summary>
    public static byte[]? KeyOf(SourceRecord source)
    {
        if (source.Key is not { Length: > RecordLimits.KeyBytes } key) return source.Key;
        int kept = KeptKeyBytes;
        while (kept > KeptKeyBytes - 4 && (key[kept] & 0xC0) == 0x80) kept--; // not within a character of UTF-8
        return [.. key.AsSpan(0, kept), .. Encoding.ASCII.GetBytes($"...sha256:{Convert.ToHexStringLower(SHA256.HashData(key))}")];
    }

    /// <summary>Returns the record's headers in their order, without those that do not fit the limits, and with headers that say what was cut.</summary>
    public static List<KeyValuePair<string, byte[]?>> HeadersOf(SourceRecord source)
    {
        List<KeyValuePair<string, byte[]?>> kept = [];
        long left = RecordLimits.HeaderBytes, bytes = 0;
        foreach (KeyValuePair<string, byte[]?> header in source.Headers)
        {
            long size = RecordLimits.BytesOf(header);
            bytes += size;
            if (size > left || kept.Count == RecordLimits.Headers) continue;
            left -= size;
            kept.Add(header);
        }

        int all = source.Headers.Count, here = kept.Count;
        if (source.Key is { Length: > RecordLimits.KeyBytes } key)
            kept.AddText(CutKeyHeader, $"the key was {key.Length} bytes; here are its first {KeptKeyBytes} at most and its SHA-256");
        if (here < all) kept.AddText(CutHeadersHeader, $"the record had {all} headers of {bytes} bytes; here are {here} of them");
        return kept;
    }
}
