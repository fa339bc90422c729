namespace StreamPerceiver.Recordings.Conversion;

/// <summary>Reads the lines of a file as bytes, none longer than a limit.</summary>
internal static class ByteLines
{
    private const int FirstBuffer = 1 << 16;

    /// <summary>The most bytes of a line: 256 MiB.</summary>
    public const int MostBytes = 256 << 20;

    /// <summary>Reads lines, without their ends. Each is valid until the next one is read.</summary>
    /// <exception cref="FormatException">A line is too long.</exception>
    public static IEnumerable<ReadOnlyMemory<byte>> Read(Stream stream)
    {
        byte[] buffer = new byte[FirstBuffer];
        int start = 0, end = 0;
        while (true)
        {
            int length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                yield return Trimmed(buffer.AsMemory(start, length));
                start += length + 1;
                continue;
            }

            if (end - start > MostBytes) throw new FormatException($"has more than {MostBytes} bytes, expected at most so many in a line");
            byte[] next = end - start > buffer.Length / 2 ? new byte[2 * buffer.Length] : buffer;
            buffer.AsSpan(start, end - start).CopyTo(next);
            (buffer, start, end) = (next, 0, end - start);
            int read = stream.Read(buffer, end, buffer.Length - end);
            end += read;
            if (read > 0) continue;
            if (end > 0) yield return Trimmed(buffer.AsMemory(0, end));
            yield break;
        }
    }

    private static ReadOnlyMemory<byte> Trimmed(ReadOnlyMemory<byte> line) => line.Span is [.., (byte)'\r'] ? line[..^1] : line;
}
