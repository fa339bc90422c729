using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace StreamPerceiver.Schemas.Protobuf;

/// <summary>How a field of a type stands in a message.</summary>
/// <param name="Wire">The form; a field of another form is unknown.</param>
/// <param name="Read">Reads the value.</param>
internal sealed record ProtobufScalar(WireFormat.WireType Wire, ProtobufScalar.Reader Read)
{
    /// <summary>Reads the value of a field behind its tag.</summary>
    public delegate FieldValue Reader(ref ProtobufInput input);

    private const long PerSecond = 1_000_000_000;

    /// <summary>All types that are numbers.</summary>
    public static IReadOnlyDictionary<FieldType, ProtobufScalar> Numbers { get; } = new Dictionary<FieldType, ProtobufScalar>
    {
        [FieldType.Double] = new(WireFormat.WireType.Fixed64, (ref i) => FieldValue.Of(BitConverter.UInt64BitsToDouble(i.ReadFixed64()))),
        [FieldType.Float] = new(WireFormat.WireType.Fixed32, (ref i) => FieldValue.Of((double)BitConverter.UInt32BitsToSingle(i.ReadFixed32()))),
        [FieldType.Int32] = new(WireFormat.WireType.Varint, (ref i) => FieldValue.Of((int)i.ReadVarint())),
        [FieldType.Int64] = new(WireFormat.WireType.Varint, (ref i) => FieldValue.Of((long)i.ReadVarint())),
        [FieldType.UInt32] = new(WireFormat.WireType.Varint, (ref i) => FieldValue.Of((uint)i.ReadVarint())),
        [FieldType.UInt64] = new(WireFormat.WireType.Varint, (ref i) => OfUnsigned(i.ReadVarint())),
        [FieldType.SInt32] = new(WireFormat.WireType.Varint, (ref i) => FieldValue.Of((int)Unfolded((uint)i.ReadVarint()))),
        [FieldType.SInt64] = new(WireFormat.WireType.Varint, (ref i) => FieldValue.Of(Unfolded(i.ReadVarint()))),
        [FieldType.Fixed32] = new(WireFormat.WireType.Fixed32, (ref i) => FieldValue.Of(i.ReadFixed32())),
        [FieldType.Fixed64] = new(WireFormat.WireType.Fixed64, (ref i) => OfUnsigned(i.ReadFixed64())),
        [FieldType.SFixed32] = new(WireFormat.WireType.Fixed32, (ref i) => FieldValue.Of((int)i.ReadFixed32())),
        [FieldType.SFixed64] = new(WireFormat.WireType.Fixed64, (ref i) => FieldValue.Of((long)i.ReadFixed64())),
        [FieldType.Bool] = new(WireFormat.WireType.Varint, (ref i) => FieldValue.Of(i.ReadVarint() != 0 ? 1L : 0)),
    };

    /// <summary>A text.</summary>
    public static ProtobufScalar Text { get; } = new(WireFormat.WireType.LengthDelimited, (ref i) => FieldValue.OfText(i.TakeCounted()));

    /// <summary>The message <c>google.protobuf.Timestamp</c>, as a time in seconds.</summary>
    public static ProtobufScalar Timestamp { get; } = new(WireFormat.WireType.LengthDelimited, (ref i) => ReadTimestamp(i.TakeCounted()));

    private static FieldValue ReadTimestamp(ReadOnlySpan<byte> message)
    {
        var input = new ProtobufInput(message);
        (long seconds, int nanoseconds) = (0, 0);
        while (input.ReadTag(out int field, out WireFormat.WireType wire))
        {
            if (field == 1 && wire == WireFormat.WireType.Varint) seconds = (long)input.ReadVarint();
            else if (field == 2 && wire == WireFormat.WireType.Varint) nanoseconds = (int)input.ReadVarint();
            else input.Skip(wire);
        }

        FieldValue time = FieldValue.OfTime(seconds, PerSecond);
        return time with { Number = seconds + (double)nanoseconds / PerSecond, Integer = unchecked(time.Integer + nanoseconds) };
    }

    private static FieldValue OfUnsigned(ulong number) => number <= long.MaxValue ? FieldValue.Of((long)number) : FieldValue.Of((double)number);

    // The lowest bit is the sign.
    private static long Unfolded(ulong bits) => (long)(bits >> 1) ^ -(long)(bits & 1);
}
