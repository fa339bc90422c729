using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace StreamPerceiver.Modalities.Audio;

/// <summary>How a number of uncompressed sound is written. The names are those of ffmpeg.</summary>
internal sealed class PcmEncoding
{
    private static readonly float[] ALawValues = [.. Enumerable.Range(0, 256).Select(ALawValue)];
    private static readonly float[] MuLawValues = [.. Enumerable.Range(0, 256).Select(MuLawValue)];

    private readonly Conversion _convert;

    private PcmEncoding(string name, int bytes, Conversion convert) => (Name, Bytes, _convert) = (name, bytes, convert);

    private delegate void Conversion(ReadOnlySpan<byte> from, Span<float> to);

    /// <summary>G.711, as in Europe.</summary>
    public static PcmEncoding ALaw { get; } = new("alaw", 1, (from, to) => LookUp(from, to, ALawValues));

    /// <summary>G.711, as in North America and Japan.</summary>
    public static PcmEncoding MuLaw { get; } = new("mulaw", 1, (from, to) => LookUp(from, to, MuLawValues));

    /// <summary>Every encoding by its name.</summary>
    public static IReadOnlyDictionary<string, PcmEncoding> ByName { get; } = new PcmEncoding[]
    {
        Unsigned8(), Signed8(), Signed16(false), Signed16(true), Signed(3, false), Signed(3, true), Signed(4, false), Signed(4, true),
        new("f32le", 4, (from, to) => Each(from, to, 4, BinaryPrimitives.ReadSingleLittleEndian)),
        new("f32be", 4, (from, to) => Each(from, to, 4, BinaryPrimitives.ReadSingleBigEndian)),
        new("f64le", 8, (from, to) => Each(from, to, 8, number => (float)BinaryPrimitives.ReadDoubleLittleEndian(number))),
        new("f64be", 8, (from, to) => Each(from, to, 8, number => (float)BinaryPrimitives.ReadDoubleBigEndian(number))),
        ALaw, MuLaw,
    }.ToDictionary(encoding => encoding.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The encoding's name, such as <c>s16le</c>.</summary>
    public string Name { get; }

    /// <summary>Bytes of a number.</summary>
    public int Bytes { get; }

    /// <summary>Returns the encoding of whole numbers with a sign, of 1 to 4 bytes.</summary>
    public static PcmEncoding Integer(int bytes, bool isBigEndian) => ByName[bytes == 1 ? "s8" : $"s{8 * bytes}{(isBigEndian ? "be" : "le")}"];

    /// <summary>Returns the encoding of floating-point numbers, of 4 or 8 bytes.</summary>
    public static PcmEncoding Float(int bytes, bool isBigEndian) => ByName[$"f{8 * bytes}{(isBigEndian ? "be" : "le")}"];

    /// <summary>Converts numbers to -1 to 1.</summary>
    public void Convert(ReadOnlySpan<byte> from, Span<float> to) => _convert(from[..(to.Length * Bytes)], to);

    private static PcmEncoding Unsigned8() => new("u8", 1, (from, to) =>
    {
        for (int i = 0; i < to.Length; i++) to[i] = (from[i] - 128) / 128f;
    });

    private static PcmEncoding Signed8() => new("s8", 1, (from, to) =>
    {
        for (int i = 0; i < to.Length; i++) to[i] = (sbyte)from[i] / 128f;
    });

    private static PcmEncoding Signed16(bool isBigEndian) => new(isBigEndian ? "s16be" : "s16le", 2, (from, to) =>
    {
        ReadOnlySpan<short> numbers = MemoryMarshal.Cast<byte, short>(from); // the processor is little-endian
        if (isBigEndian) for (int i = 0; i < to.Length; i++) to[i] = BinaryPrimitives.ReverseEndianness(numbers[i]) / 32768f;
        else for (int i = 0; i < to.Length; i++) to[i] = numbers[i] / 32768f;
    });

    private static PcmEncoding Signed(int bytes, bool isBigEndian) => new($"s{8 * bytes}{(isBigEndian ? "be" : "le")}", bytes, (from, to) =>
    {
        for (int i = 0; i < to.Length; i++)
        {
            ReadOnlySpan<byte> number = from.Slice(i * bytes, bytes);
            int value = 0; // the number, at the upper end
            for (int k = 0; k < bytes; k++) value |= number[isBigEndian ? bytes - 1 - k : k] << (8 * (4 - bytes + k));
            to[i] = value / 2147483648f;
        }
    });

    private static void Each(ReadOnlySpan<byte> from, Span<float> to, int bytes, Func<ReadOnlySpan<byte>, float> read)
    {
        for (int i = 0; i < to.Length; i++) to[i] = read(from.Slice(i * bytes, bytes));
    }

    private static void LookUp(ReadOnlySpan<byte> from, Span<float> to, float[] values)
    {
        for (int i = 0; i < to.Length; i++) to[i] = values[from[i]];
    }

    // ITU-T G.711: a sign, three bits of exponent, four of mantissa; every second bit is inverted.
    private static float ALawValue(int code)
    {
        int bits = code ^ 0x55, exponent = (bits >> 4) & 7, mantissa = ((bits & 15) << 4) + 8;
        int magnitude = exponent == 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
        return ((bits & 0x80) != 0 ? magnitude : -magnitude) / 32768f;
    }

    // All bits are inverted, and the magnitude has 132 added.
    private static float MuLawValue(int code)
    {
        int bits = ~code & 0xFF;
        int magnitude = ((((bits & 15) << 3) + 132) << ((bits >> 4) & 7)) - 132;
        return ((bits & 0x80) != 0 ? -magnitude : magnitude) / 32768f;
    }
}
