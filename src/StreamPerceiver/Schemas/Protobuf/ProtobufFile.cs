using System.Globalization;
using System.Text;
using Google.Protobuf.Reflection;
using StreamPerceiver.Schemas.Members;
using Label = Google.Protobuf.Reflection.FieldDescriptorProto.Types.Label;
using Wire = Google.Protobuf.Reflection.FieldDescriptorProto.Types.Type;

namespace StreamPerceiver.Schemas.Protobuf;

/// <summary>Writes the schema of described members in Protobuf: as a descriptor, which a registry takes, and as a file for its compiler.</summary>
internal static class ProtobufFile
{
    /// <summary>Describes a file with one message, which has those of the objects in it.</summary>
    /// <param name="type">The object.</param>
    /// <param name="package">The package.</param>
    /// <param name="name">The message.</param>
    public static FileDescriptorProto DescriptorOf(ObjectType type, string package, string name) => new()
    {
        Name = $"{package}.proto",
        Package = package,
        Syntax = "proto3",
        MessageType = { MessageOf(type, name, $".{package}.{name}") },
    };

    /// <summary>Writes a descriptor as the text of a file.</summary>
    public static string TextOf(FileDescriptorProto file)
    {
        var text = new StringBuilder($"syntax = \"proto3\";\n\npackage {file.Package};\n");
        foreach (DescriptorProto message in file.MessageType) AddMessage(text, message, "");
        return text.ToString();
    }

    private static DescriptorProto MessageOf(ObjectType type, string name, string fullName)
    {
        var message = new DescriptorProto { Name = name };
        foreach (Member member in type.Members)
        {
            MemberType item = member.Type is ListType list ? list.Item : member.Type;
            var field = new FieldDescriptorProto
            {
                Name = MemberName.Lower(member.Name),
                JsonName = member.Name,
                Number = member.Number,
                Label = member.Type is ListType ? Label.Repeated : Label.Optional,
                Type = WireOf(item),
            };
            if (item is ObjectType inner)
            {
                string innerName = MemberName.OfType(member.Name);
                field.TypeName = $"{fullName}.{innerName}";
                message.NestedType.Add(MessageOf(inner, innerName, field.TypeName));
            }
            else if (member.IsOptional)
            {
                (field.Proto3Optional, field.OneofIndex) = (true, message.OneofDecl.Count);
                message.OneofDecl.Add(new OneofDescriptorProto { Name = $"_{field.Name}" });
            }

            message.Field.Add(field);
        }

        return message;
    }

    private static Wire WireOf(MemberType type) => type switch
    {
        TextType => Wire.String,
        NumberType { IsSingle: true } => Wire.Float,
        NumberType => Wire.Double,
        IntegerType => Wire.Int32,
        FlagType => Wire.Bool,
        _ => Wire.Message,
    };

    private static void AddMessage(StringBuilder text, DescriptorProto message, string indent)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n{indent}message {message.Name} {{\n");
        foreach (FieldDescriptorProto field in message.Field)
        {
            string label = field.Label == Label.Repeated ? "repeated " : field.Proto3Optional ? "optional " : "";
            string type = field.Type == Wire.Message ? field.TypeName : field.Type.ToString().ToLowerInvariant();
            text.Append(CultureInfo.InvariantCulture, $"{indent}  {label}{type} {field.Name} = {field.Number} [json_name = \"{Escaped(field.JsonName)}\"];\n");
        }

        foreach (DescriptorProto nested in message.NestedType) AddMessage(text, nested, indent + "  ");
        text.Append(CultureInfo.InvariantCulture, $"{indent}}}\n");
    }

    private static string Escaped(string name) => name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
