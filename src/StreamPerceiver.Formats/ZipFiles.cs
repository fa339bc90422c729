using System.IO.Compression;

namespace StreamPerceiver.Formats;

/// <summary>Reads zip containers. Every problem is an <see cref="InvalidDataException"/>, to which the caller adds the file.</summary>
public static class ZipFiles
{
    /// <summary>Deflate makes at most this many bytes of one.</summary>
    private const long LargestRatio = 1032;

    /// <summary>Returns the entries by their full names.</summary>
    /// <exception cref="InvalidDataException">It is no zip file, or has a name twice.</exception>
    public static IReadOnlyDictionary<string, ZipArchiveEntry> Entries(ZipArchive archive)
    {
        Dictionary<string, ZipArchiveEntry> entries = new(StringComparer.Ordinal);
        foreach (ZipArchiveEntry entry in Guard(() => archive.Entries))
        {
            if (!entries.TryAdd(entry.FullName, entry))
                throw new InvalidDataException($"has the entry '{entry.FullName}' twice");
        }

        return entries;
    }

    /// <summary>Opens a zip container for reading.</summary>
    /// <exception cref="InvalidDataException">It is no zip file.</exception>
    public static ZipArchive Open(Stream stream)
    {
        try
        {
            return Guard(() => new ZipArchive(stream, ZipArchiveMode.Read));
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException("has no central directory at its end, as a zip file has: is it cut off?", e);
        }
    }

    /// <summary>Reads all bytes of an entry.</summary>
    /// <exception cref="InvalidDataException">It is damaged or longer than an array.</exception>
    public static byte[] Read(ZipArchiveEntry entry)
    {
        if (entry.Length > Array.MaxLength || entry.Length / LargestRatio > entry.CompressedLength)
            throw new InvalidDataException(
                $"entry '{entry.FullName}' says it is {entry.Length} bytes, packed into {entry.CompressedLength}: that cannot be read");
        return Guard(() =>
        {
            byte[] bytes = new byte[entry.Length];
            using Stream stream = entry.Open();
            stream.ReadExactly(bytes);
            return bytes;
        });
    }

    /// <summary>Reads the first bytes of an entry, or all where there are fewer.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static byte[] ReadStart(ZipArchiveEntry entry, int most) => Guard(() =>
    {
        byte[] bytes = new byte[(int)Math.Min(entry.Length, most)];
        using Stream stream = entry.Open();
        stream.ReadExactly(bytes);
        return bytes;
    });

    // The library's own reader lets these through where a header lies.
    private static T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is EndOfStreamException or NotSupportedException or ArgumentException or OverflowException)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }
}
