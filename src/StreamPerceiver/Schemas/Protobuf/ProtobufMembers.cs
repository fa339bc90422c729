using System.Text.Json;
using Google.Protobuf;
using StreamPerceiver.Schemas.Members;

namespace StreamPerceiver.Schemas.Protobuf;

/// <summary>Writes objects in JSON as messages of Protobuf, by a description of their members. <see cref="ProtobufFile"/> has their schema.</summary>
internal static class ProtobufMembers
{
    /// <summary>Writes an object.</summary>
    /// <param name="value">The object in JSON, with the members of the type.</param>
    /// <param name="type">The type.</param>
    public static byte[] ToBytes(JsonElement value, ObjectType type) => Encoded(output =>
    {
        foreach (Member member in type.Members)
        {
            if (value.TryGetProperty(member.Name, out JsonElement own)) WriteField(output, member.Number, member.Type, own);
            else if (!member.IsOptional) throw new InvalidOperationException($"the prediction has no {member.Name}");
        }
    });

    private static void WriteField(CodedOutputStream output, int number, MemberType type, JsonElement value)
    {
        switch (type)
        {
            case ListType { Item: NumberType or IntegerType } packed:
                output.WriteTag(number, WireFormat.WireType.LengthDelimited);
                output.WriteBytes(ByteString.CopyFrom(Encoded(inner =>
                {
                    foreach (JsonElement item in value.EnumerateArray()) WriteValue(inner, packed.Item, item);
                })));
                break;
            case ListType list:
                foreach (JsonElement item in value.EnumerateArray()) WriteField(output, number, list.Item, item);
                break;
            default:
                output.WriteTag(number, WireOf(type));
                WriteValue(output, type, value);
                break;
        }
    }

    private static void WriteValue(CodedOutputStream output, MemberType type, JsonElement value)
    {
        switch (type)
        {
            case TextType:
                output.WriteString(value.GetString()!);
                break;
            case NumberType { IsSingle: true }:
                output.WriteFloat(value.GetSingle());
                break;
            case NumberType:
                output.WriteDouble(value.GetDouble());
                break;
            case IntegerType:
                output.WriteInt32(value.GetInt32());
                break;
            case FlagType:
                output.WriteBool(value.GetBoolean());
                break;
            case ObjectType members:
                output.WriteBytes(ByteString.CopyFrom(ToBytes(value, members)));
                break;
        }
    }

    private static WireFormat.WireType WireOf(MemberType type) => type switch
    {
        NumberType { IsSingle: true } => WireFormat.WireType.Fixed32,
        NumberType => WireFormat.WireType.Fixed64,
        IntegerType or FlagType => WireFormat.WireType.Varint,
        _ => WireFormat.WireType.LengthDelimited,
    };

    private static byte[] Encoded(Action<CodedOutputStream> write)
    {
        using var buffer = new MemoryStream();
        using (var output = new CodedOutputStream(buffer, leaveOpen: true)) write(output);
        return buffer.ToArray();
    }
}
