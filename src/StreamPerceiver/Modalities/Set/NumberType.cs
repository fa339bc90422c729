using System.Buffers.Binary;

namespace StreamPerceiver.Modalities.Set;

/// <summary>How a file of points stores a number.</summary>
internal enum NumberType
{
    /// <summary>A signed integer of 1 byte.</summary>
    Int8,

    /// <summary>An unsigned integer of 1 byte.</summary>
    UInt8,

    /// <summary>A signed integer of 2 bytes.</summary>
    Int16,

    /// <summary>An unsigned integer of 2 bytes.</summary>
    UInt16,

    /// <summary>A signed integer of 4 bytes.</summary>
    Int32,

    /// <summary>An unsigned integer of 4 bytes.</summary>
    UInt32,

    /// <summary>A signed integer of 8 bytes.</summary>
    Int64,

    /// <summary>An unsigned integer of 8 bytes.</summary>
    UInt64,

    /// <summary>A float of 4 bytes.</summary>
    Float32,

    /// <summary>A float of 8 bytes.</summary>
    Float64,
}

/// <summary>Reads numbers of a <see cref="NumberType"/> from bytes.</summary>
internal static class NumberTypes
{
    /// <summary>Returns the bytes of a number.</summary>
    public static int Size(this NumberType type) => type switch
    {
        NumberType.Int8 or NumberType.UInt8 => 1,
        NumberType.Int16 or NumberType.UInt16 => 2,
        NumberType.Int32 or NumberType.UInt32 or NumberType.Float32 => 4,
        _ => 8,
    };

    /// <summary>Reads a number from the beginning of the bytes, of which there are enough.</summary>
    public static double Read(this NumberType type, ReadOnlySpan<byte> bytes, bool bigEndian = false) => (type, bigEndian) switch
    {
        (NumberType.Int8, _) => (sbyte)bytes[0],
        (NumberType.UInt8, _) => bytes[0],
        (NumberType.Int16, false) => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        (NumberType.Int16, true) => BinaryPrimitives.ReadInt16BigEndian(bytes),
        (NumberType.UInt16, false) => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        (NumberType.UInt16, true) => BinaryPrimitives.ReadUInt16BigEndian(bytes),
        (NumberType.Int32, false) => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        (NumberType.Int32, true) => BinaryPrimitives.ReadInt32BigEndian(bytes),
        (NumberType.UInt32, false) => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        (NumberType.UInt32, true) => BinaryPrimitives.ReadUInt32BigEndian(bytes),
        (NumberType.Float32, false) => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        (NumberType.Float32, true) => BinaryPrimitives.ReadSingleBigEndian(bytes),
        (NumberType.Float64, false) => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        (NumberType.Float64, true) => BinaryPrimitives.ReadDoubleBigEndian(bytes),
        (NumberType.Int64, false) => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        (NumberType.Int64, true) => BinaryPrimitives.ReadInt64BigEndian(bytes),
        (_, false) => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        (_, true) => BinaryPrimitives.ReadUInt64BigEndian(bytes),
    };
}
