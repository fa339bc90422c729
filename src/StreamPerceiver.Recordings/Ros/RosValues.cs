using System.Buffers.Binary;
using System.Text;

namespace StreamPerceiver.Recordings.Ros;

/// <summary>
/// A message that was read. A value is a bool, long, ulong, float or double; a <see cref="RosText"/>; a message; <see cref="RosNumbers"/>; or an array of
/// texts or messages.
/// </summary>
/// <param name="Type">The type.</param>
/// <param name="Values">The value of each field.</param>
internal sealed record RosMessage(RosMessageType Type, object[] Values);

/// <summary>A text of a message, in UTF-8.</summary>
/// <param name="Utf8">Its bytes, without the zero at its end.</param>
internal sealed record RosText(ReadOnlyMemory<byte> Utf8)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Decodes the text from UTF-8.</summary>
    /// <exception cref="RosException">The bytes are no UTF-8.</exception>
    public string Decode()
    {
        try
        {
            return Strict.GetString(Utf8.Span);
        }
        catch (DecoderFallbackException e)
        {
            throw new RosException("a text is no UTF-8, expected UTF-8", e);
        }
    }
}

/// <summary>An array of numbers.</summary>
/// <param name="Kind">The kind of each.</param>
/// <param name="Bytes">The numbers as the message has them.</param>
/// <param name="IsBigEndian">Their byte order.</param>
internal sealed record RosNumbers(RosKind Kind, ReadOnlyMemory<byte> Bytes, bool IsBigEndian)
{
    /// <summary>How many there are.</summary>
    public int Count => Bytes.Length / Kind.Bytes();

    /// <summary>Returns the number at an index.</summary>
    public object At(int index) => Read(Bytes.Span.Slice(index * Kind.Bytes(), Kind.Bytes()), Kind, IsBigEndian);

    /// <summary>Returns all numbers as doubles.</summary>
    public double[] ToDoubles()
    {
        var numbers = new double[Count];
        for (int i = 0; i < numbers.Length; i++) numbers[i] = Convert.ToDouble(At(i), null);
        return numbers;
    }

    /// <summary>Returns the bytes of all numbers, in little-endian order.</summary>
    public byte[] ToLittleEndian() => IsBigEndian ? Reversed(Bytes.Span, Kind.Bytes()) : Bytes.ToArray();

    /// <summary>Reads a number: a bool, long, ulong, float or double.</summary>
    public static object Read(ReadOnlySpan<byte> bytes, RosKind kind, bool isBigEndian) => kind switch
    {
        RosKind.Bool => bytes[0] != 0,
        RosKind.Int8 => (long)(sbyte)bytes[0],
        RosKind.UInt8 => (long)bytes[0],
        RosKind.Int16 => (long)(isBigEndian ? BinaryPrimitives.ReadInt16BigEndian(bytes) : BinaryPrimitives.ReadInt16LittleEndian(bytes)),
        RosKind.UInt16 => (long)(isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes)),
        RosKind.Int32 => (long)(isBigEndian ? BinaryPrimitives.ReadInt32BigEndian(bytes) : BinaryPrimitives.ReadInt32LittleEndian(bytes)),
        RosKind.UInt32 => (long)(isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes)),
        RosKind.Int64 => isBigEndian ? BinaryPrimitives.ReadInt64BigEndian(bytes) : BinaryPrimitives.ReadInt64LittleEndian(bytes),
        RosKind.UInt64 => isBigEndian ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        RosKind.Float32 => isBigEndian ? BinaryPrimitives.ReadSingleBigEndian(bytes) : BinaryPrimitives.ReadSingleLittleEndian(bytes),
        _ => isBigEndian ? BinaryPrimitives.ReadDoubleBigEndian(bytes) : BinaryPrimitives.ReadDoubleLittleEndian(bytes),
    };

    /// <summary>Returns numbers in the other byte order.</summary>
    /// <param name="numbers">The numbers.</param>
    /// <param name="size">Bytes of each.</param>
    public static byte[] Reversed(ReadOnlySpan<byte> numbers, int size)
    {
        byte[] bytes = numbers.ToArray();
        for (int i = 0; i + size <= bytes.Length; i += size) bytes.AsSpan(i, size).Reverse();
        return bytes;
    }
}
