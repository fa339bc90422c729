using Google.Protobuf;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Recordings;

/// <summary>
/// Encodes a Kafka record as a Protobuf message (<see cref="RecordSchemas"/>). The value is a field of its own, so that a viewer shows a picture without a
/// plugin. What is not there (a null key, value or header) is not in the message; what is empty is.
/// </summary>
internal static class RecordEncoding
{
    /// <summary>The number of each field. Those below 1000 are of <c>foxglove.CompressedImage</c>.</summary>
    internal enum Field
    {
        Timestamp = 1,
        Value = 2,
        Format = 3,
        FrameId = 4,
        Key = 1001,
        Headers = 1002,
        Offset = 1003,
        TimestampMs = 1004,
        TimestampKind = 1005,
        LogEnd = 1006,
    }

    /// <summary>The numbers of the fields of a header.</summary>
    internal const int HeaderName = 1, HeaderValue = 2;

    /// <summary>Encodes a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="format">The format of the picture, such as <c>jpeg</c>; null: the value is none.</param>
    public static byte[] Encode(SourceRecord record, string? format)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
        {
            if (format is not null)
            {
                WriteBytes(output, (int)Field.Timestamp, EncodeTimestamp(record.TimestampMs));
                output.WriteTag((int)Field.Format, WireFormat.WireType.LengthDelimited);
                output.WriteString(format);
                output.WriteTag((int)Field.FrameId, WireFormat.WireType.LengthDelimited);
                output.WriteString(record.Topic);
            }

            if (record.Value is { } value) WriteBytes(output, (int)Field.Value, value);
            if (record.Key is { } key) WriteBytes(output, (int)Field.Key, key);
            foreach (KeyValuePair<string, byte[]?> header in record.Headers) WriteBytes(output, (int)Field.Headers, EncodeHeader(header));
            output.WriteTag((int)Field.Offset, WireFormat.WireType.Varint);
            output.WriteInt64(record.Offset);
            output.WriteTag((int)Field.TimestampMs, WireFormat.WireType.Varint);
            output.WriteInt64(record.TimestampMs);
            output.WriteTag((int)Field.TimestampKind, WireFormat.WireType.Varint);
            output.WriteInt32((int)record.TimestampKind);
            if (record.LogEnd is { } end)
            {
                output.WriteTag((int)Field.LogEnd, WireFormat.WireType.Varint);
                output.WriteInt64(end);
            }
        }

        return bytes.ToArray();
    }

    /// <summary>Decodes a record of a topic and partition.</summary>
    /// <exception cref="InvalidProtocolBufferException">It is none.</exception>
    public static SourceRecord Decode(string topic, int partition, ReadOnlyMemory<byte> message)
    {
        CodedInputStream input = UnsafeByteOperations.UnsafeWrap(message).CreateCodedInput();
        byte[]? key = null, value = null;
        long offset = 0, timestampMs = 0;
        int kind = 0;
        long? logEnd = null;
        List<KeyValuePair<string, byte[]?>> headers = [];
        for (uint tag; (tag = input.ReadTag()) != 0;)
        {
            switch ((Field)WireFormat.GetTagFieldNumber(tag))
            {
                case Field.Value:
                    value = input.ReadBytes().ToByteArray();
                    break;
                case Field.Key:
                    key = input.ReadBytes().ToByteArray();
                    break;
                case Field.Headers:
                    headers.Add(DecodeHeader(input.ReadBytes()));
                    break;
                case Field.Offset:
                    offset = input.ReadInt64();
                    break;
                case Field.TimestampMs:
                    timestampMs = input.ReadInt64();
                    break;
                case Field.TimestampKind:
                    kind = input.ReadInt32();
                    break;
                case Field.LogEnd:
                    logEnd = input.ReadInt64();
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return new SourceRecord(topic, partition, offset, timestampMs, key, value, headers, (TimestampKind)kind) { LogEnd = logEnd };
    }

    private static byte[] EncodeTimestamp(long ms)
    {
        long ns = ms * EventTime.PerMillisecond, seconds = Math.DivRem(ns, EventTime.PerSecond, out long rest);
        if (rest < 0) (seconds, rest) = (seconds - 1, rest + EventTime.PerSecond);
        return new Google.Protobuf.WellKnownTypes.Timestamp { Seconds = seconds, Nanos = (int)rest }.ToByteArray();
    }

    private static byte[] EncodeHeader(KeyValuePair<string, byte[]?> header)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
        {
            output.WriteTag(HeaderName, WireFormat.WireType.LengthDelimited);
            output.WriteString(header.Key);
            if (header.Value is { } value) WriteBytes(output, HeaderValue, value);
        }

        return bytes.ToArray();
    }

    private static KeyValuePair<string, byte[]?> DecodeHeader(ByteString header)
    {
        CodedInputStream input = header.CreateCodedInput();
        string name = "";
        byte[]? value = null;
        for (uint tag; (tag = input.ReadTag()) != 0;)
        {
            if (WireFormat.GetTagFieldNumber(tag) == HeaderName) name = input.ReadString();
            else if (WireFormat.GetTagFieldNumber(tag) == HeaderValue) value = input.ReadBytes().ToByteArray();
            else input.SkipLastField();
        }

        return new(name, value);
    }

    private static void WriteBytes(CodedOutputStream output, int field, byte[] value)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(UnsafeByteOperations.UnsafeWrap(value));
    }
}
