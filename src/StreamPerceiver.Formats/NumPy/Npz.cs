using System.IO.Compression;

namespace StreamPerceiver.Formats;

/// <summary>NumPy's .npz files: a zip container of named arrays.</summary>
public static class Npz
{
    private const string Suffix = ".npy";

    // The earliest time that a zip file can store. A fixed time gives files of the same arrays the same bytes.
    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Reads all arrays by their names, without the ".npy" that NumPy adds.</summary>
    /// <exception cref="ArrayFileException">The file is missing or damaged, or an array is of a type that is not supported.</exception>
    public static IReadOnlyDictionary<string, NpyArray> Read(string file)
    {
        if (FileKind.Problem(file, "an .npz file of NumPy arrays", FileKind.Npz, FileKind.Zip) is string problem)
            throw new ArrayFileException(file, problem);
        try
        {
            using FileStream stream = File.OpenRead(file);
            using ZipArchive archive = ZipFiles.Open(stream);
            Dictionary<string, NpyArray> arrays = new(StringComparer.Ordinal);
            foreach ((string entry, ZipArchiveEntry content) in ZipFiles.Entries(archive))
            {
                string name = entry.EndsWith(Suffix, StringComparison.Ordinal) ? entry[..^Suffix.Length] : entry;
                if (!arrays.TryAdd(name, Parse(name, ZipFiles.Read(content))))
                    throw new InvalidDataException($"has the array '{name}' twice, with and without '{Suffix}'");
            }

            return arrays;
        }
        catch (InvalidDataException e)
        {
            throw new ArrayFileException(file, e.Message, e);
        }
    }

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

    private static NpyArray Parse(string name, byte[] bytes)
    {
        try
        {
            return Npy.Parse(bytes);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"'{name}': {e.Message}", e);
        }
    }
}
