using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities;

/// <summary><c>application/x-npy</c>: one array as NumPy's save writes it, formats 1.0 to 3.0, float32 or float64, little-endian, in either order.</summary>
internal static partial class NpyPayload
{
    public const string MediaType = "application/x-npy";

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>An array (<paramref name="count"/>).</summary>
    /// <exception cref="BadPayloadException">It is no such array, or a number in it is not finite in float32.</exception>
    public static float[] Row(byte[] payload, int count)
    {
        Header header = Parse(payload);
        return header.Shape is [var length] && length == count ? Numbers(payload, header, 1, count) : throw Misfit(header, $"({count})");
    }

    /// <summary>An array (up to <paramref name="mostRows"/>, <paramref name="columns"/>), row by row.</summary>
    /// <exception cref="BadPayloadException">It is no such array, or a number in it is not finite in float32.</exception>
    public static float[] Rows(byte[] payload, int mostRows, int columns)
    {
        Header header = Parse(payload);
        return header.Shape is [var rows, var width] && rows <= mostRows && width == columns
            ? Numbers(payload, header, (int)rows, columns)
            : throw Misfit(header, $"(0 to {mostRows}, {columns})");
    }

    private static float[] Numbers(byte[] payload, Header header, int rows, int columns)
    {
        var values = new float[rows * columns];
        int size = header.IsDouble ? sizeof(double) : sizeof(float);
        ReadOnlySpan<byte> data = payload.AsSpan(header.End);
        if (data.Length != (long)values.Length * size) throw Bad($"{data.Length} bytes of data for {values.Length} numbers of {size} bytes");
        for (int i = 0; i < values.Length; i++)
        {
            int at = header.ByColumn ? i % columns * rows + i / columns : i;
            double value = header.IsDouble ? BinaryPrimitives.ReadDoubleLittleEndian(data[(at * size)..]) : BinaryPrimitives.ReadSingleLittleEndian(data[(at * size)..]);
            values[i] = float.IsFinite((float)value) ? (float)value : throw new BadPayloadException(RejectionReason.WrongShape, $"number {i} is {value}, expected a finite float32");
        }

        return values;
    }

    private static Header Parse(byte[] payload)
    {
        ReadOnlySpan<byte> bytes = payload;
        if (!bytes.StartsWith(Magic) || bytes.Length < 12) throw Bad($"{payload.Length} bytes do not begin as an .npy file does");
        int prefix = bytes[Magic.Length] == 1 ? 10 : 12;
        long length = prefix == 10 ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (bytes[Magic.Length] is < 1 or > 3 || length > bytes.Length - prefix) throw Bad($"format {bytes[Magic.Length]}.{bytes[Magic.Length + 1]} with a header of {length} of {payload.Length} bytes");
        string text = Encoding.UTF8.GetString(bytes.Slice(prefix, (int)length)).Trim();
        Match type = Type().Match(text), order = Order().Match(text), shape = Shape().Match(text);
        if (!type.Success || !order.Success || !shape.Success) throw Bad($"its header is {text[..Math.Min(200, text.Length)]}");
        long[] sizes = [.. shape.Groups["sizes"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(s => int.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out int size) ? size : long.MaxValue)];
        return new Header(type.Groups["bytes"].Value == "8", order.Groups["fortran"].Value == "True", sizes, prefix + (int)length);
    }

    private static BadPayloadException Misfit(Header header, string expected)
        => new(RejectionReason.WrongShape, $"the array is ({string.Join(", ", header.Shape)}), expected {expected}");

    private static BadPayloadException Bad(string found)
        => new(RejectionReason.Undecodable, $"{found}; expected an .npy of format 1.0 to 3.0 with elements '<f4' or '<f8'");

    private readonly record struct Header(bool IsDouble, bool ByColumn, long[] Shape, int End);

    [GeneratedRegex(@"'descr'\s*:\s*'<f(?<bytes>[48])'")]
    private static partial Regex Type();

    [GeneratedRegex(@"'fortran_order'\s*:\s*(?<fortran>True|False)\b")]
    private static partial Regex Order();

    [GeneratedRegex(@"'shape'\s*:\s*\((?<sizes>[\d,\s]*)\)")]
    private static partial Regex Shape();
}
