using System.Text;

namespace StreamPerceiver.Flow;

/// <summary>
/// The largest key and headers of a record, whose sizes its producer chooses. A record beyond a limit becomes a dead letter. The value is limited by its
/// topic, and what is in the value by its codec.
/// </summary>
public static class RecordLimits
{
    /// <summary>The bytes of a key. A prediction has its key three times: as its own key, in its id, and in its value.</summary>
    public const int KeyBytes = 1024;

    /// <summary>The number of headers. Each failure of a record adds 20 or a few more.</summary>
    public const int Headers = 256;

    /// <summary>
    /// The bytes of all names and values of headers. The headers that a failure adds are at most 100 kB, so a dead letter can be sent to its input again.
    /// </summary>
    public const int HeaderBytes = 128 << 10;

    /// <summary>The bytes of the value of a header that the worker reads: the content type and the event time.</summary>
    public const int ReadHeaderBytes = 256;

    /// <summary>Returns what is beyond a limit, with its size and the limit; null where the record is within all limits.</summary>
    /// <param name="record">The record.</param>
    /// <param name="headerBytes">The bytes of its headers.</param>
    /// <param name="readHeaders">The names of the headers that the worker reads.</param>
    public static string? Exceeded(SourceRecord record, long headerBytes, ReadOnlySpan<string> readHeaders)
    {
        if (record.Key?.Length > KeyBytes) return $"the key is {record.Key.Length} bytes, expected at most {KeyBytes}";
        if (record.Headers.Count > Headers) return $"the record has {record.Headers.Count} headers, expected at most {Headers}";
        if (headerBytes > HeaderBytes) return $"the headers are {headerBytes} bytes, expected at most {HeaderBytes}";
        foreach (string name in readHeaders)
            if (record.HeaderBytes(name) is { Length: > ReadHeaderBytes and var length })
                return $"header {name} is {length} bytes, expected at most {ReadHeaderBytes}";
        return null;
    }

    /// <summary>Counts the bytes of headers: their names in UTF-8, and their values.</summary>
    public static long BytesOf(IReadOnlyList<KeyValuePair<string, byte[]?>> headers)
    {
        long bytes = 0;
        for (int i = 0; i < headers.Count; i++) bytes += BytesOf(headers[i]);
        return bytes;
    }

    /// <summary>Counts the bytes of a header: its name in UTF-8, and its value.</summary>
    public static long BytesOf(KeyValuePair<string, byte[]?> header) => Encoding.UTF8.GetByteCount(header.Key) + (header.Value?.Length ?? 0);
}
