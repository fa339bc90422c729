using System.Buffers.Binary;
using System.Text;

namespace StreamPerceiver.Formats;

/// <summary>NumPy's .npy files: one array each. Formats 1.0 to 3.0, of floats, whole numbers and bools.</summary>
public static class Npy
{
    private const int Alignment = 64;
    private const int ShortPrefix = 10;
    private const int LongPrefix = 12;

    /// <summary>Longest header that is read, as in NumPy itself.</summary>
    private const int LongestHeader = 10_000;

    /// <summary>The longest part before the data.</summary>
    internal const int LongestStart = LongPrefix + LongestHeader;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads the array of a file. Column-major ("Fortran") order becomes row-major, and big-endian becomes little-endian.</summary>
    /// <exception cref="ArrayFileException">The file is missing or damaged, or of a type that is not supported.</exception>
    public static NpyArray Read(string file)
    {
        if (FileKind.Problem(file, "a NumPy array (.npy)", FileKind.Npy) is string problem)
            throw new ArrayFileException(file, problem);
        try
        {
            return Parse(File.ReadAllBytes(file));
        }
        catch (InvalidDataException e)
        {
            throw new ArrayFileException(file, e.Message, e);
        }
    }

    /// <summary>Writes an array to a file, which NumPy's load reads.</summary>
    /// <exception cref="ArrayFileException">The array has not the bytes that its shape needs.</exception>
    public static void Write(string file, NpyArray array)
    {
        byte[] header = Header(file, array);
        AtomicFile.Write(file, stream =>
        {
            stream.Write(header);
            stream.Write(array.Bytes.Span);
        });
    }

    /// <summary>Returns the bytes of a file with the array, as NumPy's save writes them.</summary>
    /// <exception cref="ArrayFileException">The array has not the bytes that its shape needs.</exception>
    public static byte[] ToBytes(NpyArray array)
    {
        byte[] header = Header("array", array);
        var bytes = new byte[header.Length + array.Bytes.Length];
        header.CopyTo(bytes, 0);
        array.Bytes.CopyTo(bytes.AsMemory(header.Length));
        return bytes;
    }

    /// <exception cref="InvalidDataException">What is wrong.</exception>
    public static NpyArray Parse(byte[] bytes)
    {
        (int prefix, uint header) = Prefix(bytes);

        (NpyType type, bool bigEndian, bool columnMajor, long[] shape) = NpyHeader.Parse(Encoding.UTF8.GetString(bytes, prefix, (int)header));
        ReadOnlyMemory<byte> data = bytes.AsMemory(prefix + (int)header);
        if (StridedArray.ByteCount(NpyArray.SizeOf(type), shape) != data.Length)
            throw new InvalidDataException($"has {data.Length} bytes of data, which are not {type} {ShapeText.Of(shape)}");
        return Order(type, columnMajor, shape, bigEndian ? Swap(data.Span, NpyArray.SizeOf(type)) : data);
    }

    /// <summary>Reads the shape of an array that begins with these bytes, and checks it against the length of the whole.</summary>
    /// <param name="start">The first <see cref="LongestStart"/> bytes, or all.</param>
    /// <param name="length">Bytes of the whole.</param>
    /// <exception cref="InvalidDataException">What is wrong.</exception>
    internal static NpyShape ParseShape(byte[] start, long length)
    {
        (int prefix, uint header) = Prefix(start);
        var parsed = NpyHeader.Parse(Encoding.UTF8.GetString(start, prefix, (int)header));
        NpyShape shape = new(parsed.Type, parsed.Shape);
        return shape.Bytes == length - prefix - header
            ? shape
            : throw new InvalidDataException($"has {length - prefix - header} bytes of data, which are not {shape.Type} {ShapeText.Of(shape.Shape)}");
    }

    // Returns the bytes before the header, and those of the header.
    private static (int Bytes, uint Header) Prefix(byte[] bytes)
    {
        if (!bytes.AsSpan().StartsWith(Magic) || bytes.Length < LongPrefix)
            throw new InvalidDataException("is no .npy file: expected it to begin with \\x93NUMPY");
        int major = bytes[Magic.Length];
        if (major is < 1 or > 3)
            throw new InvalidDataException($"is of format {major}.{bytes[Magic.Length + 1]}: expected 1.0 to 3.0");
        int prefix = major == 1 ? ShortPrefix : LongPrefix;
        ReadOnlySpan<byte> length = bytes.AsSpan(Magic.Length + 2);
        uint header = major == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(length) : BinaryPrimitives.ReadUInt32LittleEndian(length);
        return header <= LongestHeader && header <= bytes.Length - prefix
            ? (prefix, header)
            : throw new InvalidDataException($"has a header of {header} bytes: {bytes.Length - prefix} follow, and at most {LongestHeader} are allowed");
    }

    /// <summary>Makes an array of elements in either order.</summary>
    public static NpyArray Order(NpyType type, bool columnMajor, long[] shape, ReadOnlyMemory<byte> data) =>
        new(type, shape, columnMajor ? StridedArray.ToRowMajor(data.Span, NpyArray.SizeOf(type), shape, StridedArray.ColumnMajor(shape)) : data);

    private static byte[] Swap(ReadOnlySpan<byte> data, int elementBytes)
    {
        byte[] swapped = data.ToArray();
        for (int at = 0; at < swapped.Length; at += elementBytes)
            swapped.AsSpan(at, elementBytes).Reverse();
        return swapped;
    }

    /// <summary>Counts the bytes of a file before its data.</summary>
    public static int HeaderBytes(NpyType type, IReadOnlyList<long> shape) => LengthOf(NpyHeader.Format(type, shape));

    private static int LengthOf(string header) => (ShortPrefix + header.Length + Alignment) / Alignment * Alignment;

    internal static byte[] Header(string file, NpyArray array)
    {
        if (StridedArray.ByteCount(NpyArray.SizeOf(array.Type), array.Shape) != array.Bytes.Length)
            throw new ArrayFileException(file, $"an array {array.Type} {ShapeText.Of(array.Shape)} cannot have {array.Bytes.Length} bytes");
        string text = NpyHeader.Format(array.Type, array.Shape);
        int length = LengthOf(text);
        byte[] header = new byte[length];
        Magic.CopyTo(header);
        header[Magic.Length] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(ShortPrefix - 2), (ushort)(length - ShortPrefix));
        Encoding.ASCII.GetBytes(text.PadRight(length - ShortPrefix - 1) + '\n').CopyTo(header, ShortPrefix);
        return header;
    }
}
