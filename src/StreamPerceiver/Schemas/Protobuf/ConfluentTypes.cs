using Google.Protobuf.Reflection;
using FieldForm = Google.Protobuf.Reflection.FieldDescriptorProto.Types.Type;

namespace StreamPerceiver.Schemas.Protobuf;

/// <summary>The files that Confluent's tools import without registering them: options, which are passed over, and the message of a decimal.</summary>
internal static class ConfluentTypes
{
    /// <summary>The files.</summary>
    public static IReadOnlyList<FileDescriptorProto> Files { get; } =
    [
        new() { Name = "confluent/meta.proto", Package = "confluent", Syntax = "proto3" },
        new()
        {
            Name = "confluent/type/decimal.proto",
            Package = "confluent.type",
            Syntax = "proto3",
            MessageType =
            {
                new DescriptorProto
                {
                    Name = "Decimal",
                    Field = { Field("value", 1, FieldForm.Bytes), Field("precision", 2, FieldForm.Int32), Field("scale", 3, FieldForm.Int32) },
                },
            },
        },
    ];

    private static FieldDescriptorProto Field(string name, int number, FieldForm type)
        => new() { Name = name, Number = number, Type = type, Label = FieldDescriptorProto.Types.Label.Optional };
}
