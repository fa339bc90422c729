using System.Buffers.Binary;
using System.Text;

namespace StreamPerceiver.Formats;

/// <summary>
/// The kind of a file by its first bytes. Downloads, repositories and command lines often give another file than the one that was meant. A message then
/// names what is there, and the way on.
/// </summary>
/// <param name="Name">The kind, as a message has it: <c>an HTML page</c>.</param>
/// <param name="WayOn">What to do where another kind was expected; null for nothing that is known.</param>
public sealed record FileKind(string Name, string? WayOn = null)
{
    /// <summary>The safetensors format.</summary>
    public static readonly FileKind SafeTensors = new("a safetensors file");

    /// <summary>A zip container of NumPy arrays.</summary>
    public static readonly FileKind Npz = new("an .npz file of NumPy arrays");

    /// <summary>A single NumPy array.</summary>
    public static readonly FileKind Npy = new("a single NumPy array (.npy)", "numpy.savez(file, inputs=array) writes an .npz file");

    /// <summary>PyTorch's zip container.</summary>
    public static readonly FileKind Torch = new("a PyTorch file");

    /// <summary>Another zip container.</summary>
    public static readonly FileKind Zip = new("a zip file");

    /// <summary>A Python pickle from protocol 2.</summary>
    public static readonly FileKind Pickle = new("a Python pickle");

    /// <summary>A text that begins as JSON does.</summary>
    public static readonly FileKind Json = new("JSON");

    private const string DownloadAgain = "download or copy it again";
    private const string Unpack = "unpack it first";

    private static readonly (byte[] Magic, FileKind Kind)[] Magics =
    [
        ([0x1F, 0x8B], new("a gzip archive", Unpack)),
        ([.. "BZh"u8], new("a bzip2 archive", Unpack)),
        ([0xFD, .. "7zXZ"u8], new("an xz archive", Unpack)),
        ([0x28, 0xB5, 0x2F, 0xFD], new("a zstd archive", Unpack)),
        ([.. "7z"u8, 0xBC, 0xAF], new("a 7z archive", Unpack)),
        ([0x89, .. "HDF"u8], new("an HDF5 file of Keras or TensorFlow", "save the weights as safetensors")),
        ([.. "GGUF"u8], new("a GGUF file", "save the weights as safetensors")),
        ([.. "%PDF"u8], new("a PDF document")),
        ([0x89, .. "PNG"u8], new("a PNG picture")),
        ([0xFF, 0xD8, 0xFF], new("a JPEG picture")),
        ([.. "RIFF"u8], new("a RIFF file of sound, video or pictures")),
        ([0x7F, .. "ELF"u8], new("a program or library")),
        ([0x93, .. "NUMPY"u8], Npy),
    ];

    /// <summary>Finds why a path cannot be read as a file of some kinds. Null where it is one of them, or where its first bytes are of no known kind.</summary>
    /// <param name="path">The path.</param>
    /// <param name="expected">What was expected, as a message has it.</param>
    /// <param name="allowed">The kinds that fit.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static string? Problem(string path, string expected, params FileKind[] allowed)
    {
        if (Directory.Exists(path)) return $"is a directory, expected {expected}";
        if (!File.Exists(path)) return "no such file";
        FileKind? kind = Of(path);
        return kind is null || allowed.Contains(kind) ? null : $"is {kind.Name}, expected {expected}{(kind.WayOn is { } wayOn ? $": {wayOn}" : "")}";
    }

    /// <summary>Finds the kind of a file; null where its first bytes are of no known kind.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static FileKind? Of(string file)
    {
        using FileStream stream = File.OpenRead(file);
        byte[] buffer = new byte[1024];
        ReadOnlySpan<byte> start = buffer.AsSpan(0, stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false));
        if (start.IsEmpty) return new FileKind("empty", DownloadAgain);
        if (!start.ContainsAnyExcept((byte)0)) return new FileKind($"{stream.Length} bytes that begin with zeros", DownloadAgain);
        if (start.Length > 8 && BinaryPrimitives.ReadUInt64LittleEndian(start) < (ulong)stream.Length && start[8] == '{') return SafeTensors;
        foreach ((byte[] magic, FileKind kind) in Magics)
            if (start.StartsWith(magic)) return kind;
        if (start.StartsWith("PK"u8)) return OfZip(start);
        if (start[0] == 0x80 && start.Length > 1 && start[1] is >= 2 and <= 5) return Pickle;
        if (start.Length > 262 && start[257..].StartsWith("ustar"u8)) return new FileKind("a tar archive", Unpack);
        return OfText(start);
    }

    // The name of the first entry tells who wrote the container.
    private static FileKind OfZip(ReadOnlySpan<byte> start)
    {
        const int NameLength = 26, Name = 30;
        if (start.Length < Name) return Zip;
        int length = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(start[NameLength..]), start.Length - Name);
        string name = Encoding.Latin1.GetString(start.Slice(Name, length));
        if (name.EndsWith(".npy", StringComparison.Ordinal)) return Npz;
        return name.EndsWith("/data.pkl", StringComparison.Ordinal) ? Torch : Zip;
    }

    private static FileKind? OfText(ReadOnlySpan<byte> start)
    {
        const int MostShown = 40;
        string text = Encoding.UTF8.GetString(start).Trim('\uFEFF', ' ', '\r', '\n', '\t');
        if (text.Any(c => char.IsControl(c) && c is not ('\r' or '\n' or '\t')) || text[..^Math.Min(4, text.Length)].Contains('\uFFFD')) return null;
        if (text is ['{' or '[', ..]) return Json;
        if (text.StartsWith("(dp", StringComparison.Ordinal) || text.StartsWith("(lp", StringComparison.Ordinal)) return Pickle;
        if (text.StartsWith("version https://git-lfs", StringComparison.Ordinal))
        {
            string size = text.Split('\n').FirstOrDefault(line => line.StartsWith("size ", StringComparison.Ordinal))?.Trim()[5..] ?? "unknown";
            return new FileKind($"a Git LFS pointer to a file of {size} bytes", "\"git lfs pull\" fetches the file itself");
        }

        if (text.Contains("<html", StringComparison.OrdinalIgnoreCase) || text.StartsWith("<!doctype", StringComparison.OrdinalIgnoreCase))
            return new FileKind("an HTML page", "the server sent a page in place of the file, such as a login or an error; download the file again");
        if (text.StartsWith("<?xml", StringComparison.Ordinal)) return new FileKind("an XML document", DownloadAgain);
        string first = text.Split('\n')[0].TrimEnd();
        return new FileKind($"a text that begins with '{(first.Length <= MostShown ? first : first[..MostShown])}'", DownloadAgain);
    }
}
