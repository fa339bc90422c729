using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StreamPerceiver.Schemas.Members;

namespace StreamPerceiver.Schemas.Avro;

/// <summary>
/// Writes descriptions of members as a schema of Avro, and objects in JSON by it in Avro's binary encoding. Members that may be missing, and those with names
/// of the pipeline file, may be null and are so by default. So inputs and outputs can come and go in a schema that stays compatible.
/// </summary>
internal static class AvroMembers
{
    /// <summary>Writes the schema of an object.</summary>
    /// <param name="type">The object.</param>
    /// <param name="space">The namespace of its name.</param>
    /// <param name="name">Its name. The objects in it have namespaces of their own, so no two types have the same full name.</param>
    /// <param name="description">What it is.</param>
    public static JsonObject SchemaOf(ObjectType type, string space, string name, string description)
    {
        var fields = new JsonArray();
        foreach (Member member in type.Members)
        {
            JsonNode values = SchemaOf(member.Type, space, member);
            var field = new JsonObject { ["name"] = MemberName.Plain(member.Name), ["doc"] = member.Description };
            field["type"] = MayBeNull(member) ? new JsonArray("null", values) : values;
            if (MayBeNull(member)) field["default"] = null;
            fields.Add((JsonNode)field);
        }

        return new JsonObject { ["type"] = "record", ["name"] = name, ["namespace"] = space, ["doc"] = description, ["fields"] = fields };
    }

    /// <summary>Writes an object.</summary>
    /// <param name="value">The object in JSON, with the members of the type.</param>
    /// <param name="type">The type.</param>
    /// <param name="to">Takes the bytes.</param>
    public static void Write(JsonElement value, MemberType type, Stream to)
    {
        switch (type)
        {
            case TextType:
                byte[] text = Encoding.UTF8.GetBytes(value.GetString()!);
                WriteLong(text.Length, to);
                to.Write(text);
                break;
            case NumberType { IsSingle: true }:
                Span<byte> single = stackalloc byte[sizeof(float)];
                BinaryPrimitives.WriteSingleLittleEndian(single, value.GetSingle());
                to.Write(single);
                break;
            case NumberType:
                Span<byte> number = stackalloc byte[sizeof(double)];
                BinaryPrimitives.WriteDoubleLittleEndian(number, value.GetDouble());
                to.Write(number);
                break;
            case IntegerType:
                WriteLong(value.GetInt32(), to);
                break;
            case FlagType:
                to.WriteByte(value.GetBoolean() ? (byte)1 : (byte)0);
                break;
            case ListType list:
                WriteList(value, list, to);
                break;
            case ObjectType members:
                foreach (Member member in members.Members) WriteMember(value, member, to);
                break;
        }
    }

    private static JsonNode SchemaOf(MemberType type, string space, Member member) => type switch
    {
        TextType => "string",
        NumberType { IsSingle: true } => "float",
        NumberType => "double",
        IntegerType => "int",
        FlagType => "boolean",
        ListType list => new JsonObject { ["type"] = "array", ["items"] = SchemaOf(list.Item, space, member) },
        ObjectType o => SchemaOf(o, $"{space}.{MemberName.Plain(member.Name)}", MemberName.OfType(member.Name), member.Description),
        _ => throw new InvalidOperationException($"{type} is no type of a member"),
    };

    private static bool MayBeNull(Member member) => member.IsOptional || member.IsOfPipeline;

    private static void WriteMember(JsonElement within, Member member, Stream to)
    {
        bool isThere = within.TryGetProperty(member.Name, out JsonElement value);
        if (MayBeNull(member)) WriteLong(isThere ? 1 : 0, to); // the place in the union
        if (isThere) Write(value, member.Type, to);
        else if (!MayBeNull(member)) throw new InvalidOperationException($"the prediction has no {member.Name}");
    }

    private static void WriteList(JsonElement value, ListType list, Stream to)
    {
        if (value.GetArrayLength() > 0) WriteLong(value.GetArrayLength(), to); // one block
        foreach (JsonElement item in value.EnumerateArray()) Write(item, list.Item, to);
        WriteLong(0, to);
    }

    // Zigzag, then seven bits a byte, the lowest first.
    private static void WriteLong(long value, Stream to)
    {
        ulong rest = (ulong)((value << 1) ^ (value >> 63));
        for (; rest > 0x7F; rest >>= 7) to.WriteByte((byte)(rest | 0x80));
        to.WriteByte((byte)rest);
    }
}
