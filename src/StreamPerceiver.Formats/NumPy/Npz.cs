using System.IO.Compression;

namespace StreamPerceiver.Formats;

/// <summary>NumPy's .npz files: a zip container of named arrays.</summary>
public static class Npz
{
    private const string Suffix = ".npy";

    // The earliest time that a zip file can store. A fixed time gives files of the same arrays the same bytes.
    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The most bytes of all arrays of a file that are read: 1 GiB. A small file can unpack to a thousand times its size.</summary>
    public const long MostBytes = 1L << 30;

    /// <summary>Reads all arrays by their names, without the ".npy" that NumPy adds.</summary>
    /// <exception cref="ArrayFileException">
    /// The file is missing or damaged, an array is of a type that is not supported, or the arrays have more than <see cref="MostBytes"/>.
    /// </exception>
    public static IReadOnlyDictionary<string, NpyArray> Read(string file) => Each(file, entries =>
    {
        long bytes = entries.Sum(e => (long)Math.Min(e.Content.Length, MostBytes + 1));
        return bytes <= MostBytes
            ? Named(entries, e => Npy.Parse(ZipFiles.Read(e)))
            : throw new InvalidDataException($"has arrays of more than {MostBytes} bytes together, expected at most so many: split it");
    });

    /// <summary>Reads the types and shapes of all arrays, and none of their data.</summary>
    /// <exception cref="ArrayFileException">The file is missing or damaged, or an array is of a type that is not supported.</exception>
    public static IReadOnlyDictionary<string, NpyShape> ReadShapes(string file)
        => Each(file, entries => Named(entries, e => Npy.ParseShape(ZipFiles.ReadStart(e, Npy.LongestStart), e.Length)));

    /// <summary>Writes arrays to a file, uncompressed and in the order given, which NumPy's load reads.</summary>
    /// <exception cref="ArrayFileException">An array has not the bytes that its shape needs.</exception>
    public static void Write(string file, IReadOnlyDictionary<string, NpyArray> arrays) => AtomicFile.Write(file, target =>
    {
        using ZipArchive archive = new(target, ZipArchiveMode.Create, leaveOpen: true);
        foreach ((string name, NpyArray array) in arrays)
        {
            ZipArchiveEntry entry = archive.CreateEntry(name + Suffix, CompressionLevel.NoCompression);
            entry.LastWriteTime = NoTime;
            using Stream stream = entry.Open();
            stream.Write(Npy.Header($"{file}: '{name}'", array));
            stream.Write(array.Bytes.Span);
        }
    });

    private static T Each<T>(string file, Func<IReadOnlyList<(string Name, ZipArchiveEntry Content)>, T> read)
    {
        if (FileKind.Problem(file, "an .npz file of NumPy arrays", FileKind.Npz, FileKind.Zip) is string problem)
            throw new ArrayFileException(file, problem);
        try
        {
            using FileStream stream = File.OpenRead(file);
            using ZipArchive archive = ZipFiles.Open(stream);
            return read([.. ZipFiles.Entries(archive).Select(e => (NameOf(e.Key), e.Value))]);
        }
        catch (InvalidDataException e)
        {
            throw new ArrayFileException(file, e.Message, e);
        }
    }

    private static Dictionary<string, T> Named<T>(IReadOnlyList<(string Name, ZipArchiveEntry Content)> entries, Func<ZipArchiveEntry, T> read)
    {
        Dictionary<string, T> named = new(StringComparer.Ordinal);
        foreach ((string name, ZipArchiveEntry content) in entries)
        {
            if (!named.TryAdd(name, Read(name, content)))
                throw new InvalidDataException($"has the array '{name}' twice, with and without '{Suffix}'");
        }

        return named;

        T Read(string name, ZipArchiveEntry content)
        {
            try
            {
                return read(content);
            }
            catch (InvalidDataException e)
            {
                throw new InvalidDataException($"'{name}': {e.Message}", e);
            }
        }
    }

    private static string NameOf(string entry) => entry.EndsWith(Suffix, StringComparison.Ordinal) ? entry[..^Suffix.Length] : entry;
}
