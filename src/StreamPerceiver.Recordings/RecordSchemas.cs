using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using StreamPerceiver.Mcap;
using Field = StreamPerceiver.Recordings.RecordEncoding.Field;

namespace StreamPerceiver.Recordings;

/// <summary>
/// The three schemas of recorded records. Pictures are <c>foxglove.CompressedImage</c> (https://docs.foxglove.dev/docs/sdk/schemas) with fields of ours beyond
/// 1000, which viewers leave alone. All else is a <c>streamperceiver.KafkaRecord</c>, or for JSON values a <c>streamperceiver.JsonRecord</c>.
/// </summary>
internal static class RecordSchemas
{
    private const string Protobuf = "protobuf";

    /// <summary>A record of any kind, in Protobuf.</summary>
    public static McapSchema Any { get; } = new(1, "streamperceiver.KafkaRecord", Protobuf, Describe("streamperceiver", "KafkaRecord", isPicture: false));

    /// <summary>A picture, in Protobuf.</summary>
    public static McapSchema Picture { get; } = new(2, "foxglove.CompressedImage", Protobuf, Describe("foxglove", "CompressedImage", isPicture: true));

    /// <summary>A record with a JSON value, in JSON.</summary>
    public static McapSchema Json { get; } = new(3, "streamperceiver.JsonRecord", "jsonschema", """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "streamperceiver.JsonRecord", "type": "object", "required": ["kafka"],
          "properties": {
            "value": { "description": "The record's value, byte for byte. A record without value and valueBase64 has no value." },
            "valueBase64": { "type": "string", "contentEncoding": "base64", "description": "A value that is no JSON text." },
            "kafka": {
              "type": "object", "required": ["headers", "offset", "timestampMs", "timestampKind"],
              "properties": {
                "keyBase64": { "type": "string", "contentEncoding": "base64" },
                "headers": {
                  "type": "array",
                  "items": {
                    "type": "object", "required": ["name"],
                    "properties": { "name": { "type": "string" }, "valueBase64": { "type": "string", "contentEncoding": "base64" } }
                  }
                },
                "offset": { "type": "integer" },
                "timestampMs": { "type": "integer", "description": "Kafka's timestamp, in milliseconds since 1970." },
                "timestampKind": { "type": "integer", "description": "0: none, 1: of the producer, 2: of the broker." },
                "logEnd": { "type": "integer", "description": "The end of the partition at its leader, as the reader knew it then." }
              }
            }
          }
        }
        """u8.ToArray());

    /// <summary>Chooses the schema of a channel by the media type of its first record.</summary>
    public static McapSchema For(string mediaType) => mediaType switch
    {
        "image/jpeg" or "image/png" or "image/webp" => Picture,
        "application/json" => Json,
        _ => Any,
    };

    private static byte[] Describe(string package, string name, bool isPicture)
    {
        var header = new DescriptorProto { Name = "Header" };
        header.Field.Add(Of("name", RecordEncoding.HeaderName, FieldDescriptorProto.Types.Type.String));
        AddOptional(header, Of("value", RecordEncoding.HeaderValue, FieldDescriptorProto.Types.Type.Bytes));
        var message = new DescriptorProto { Name = name };
        message.NestedType.Add(header);
        var file = new FileDescriptorProto { Name = $"{package}/{name}.proto", Package = package, Syntax = "proto3" };
        file.MessageType.Add(message);
        if (isPicture)
        {
            FileDescriptorProto timestamp = TimestampReflection.Descriptor.ToProto();
            file.Dependency.Add(timestamp.Name);
            message.Field.Add(Of("timestamp", (int)Field.Timestamp, FieldDescriptorProto.Types.Type.Message, ".google.protobuf.Timestamp"));
            message.Field.Add(Of("format", (int)Field.Format, FieldDescriptorProto.Types.Type.String));
            message.Field.Add(Of("frame_id", (int)Field.FrameId, FieldDescriptorProto.Types.Type.String));
            AddFields(message, $".{package}.{name}.Header");
            return SetOf(timestamp, file);
        }

        AddFields(message, $".{package}.{name}.Header");
        return SetOf(file);
    }

    private static void AddFields(DescriptorProto message, string header)
    {
        FieldDescriptorProto headers = Of("headers", (int)Field.Headers, FieldDescriptorProto.Types.Type.Message, header);
        headers.Label = FieldDescriptorProto.Types.Label.Repeated;
        AddOptional(message, Of("data", (int)Field.Value, FieldDescriptorProto.Types.Type.Bytes));
        AddOptional(message, Of("key", (int)Field.Key, FieldDescriptorProto.Types.Type.Bytes));
        message.Field.Add(headers);
        message.Field.Add(Of("offset", (int)Field.Offset, FieldDescriptorProto.Types.Type.Int64));
        message.Field.Add(Of("timestamp_ms", (int)Field.TimestampMs, FieldDescriptorProto.Types.Type.Int64));
        message.Field.Add(Of("timestamp_kind", (int)Field.TimestampKind, FieldDescriptorProto.Types.Type.Int32));
        AddOptional(message, Of("log_end", (int)Field.LogEnd, FieldDescriptorProto.Types.Type.Int64));
    }

    // proto3's way to tell a field that is not there from an empty one: a oneof of its own.
    private static void AddOptional(DescriptorProto message, FieldDescriptorProto field)
    {
        field.OneofIndex = message.OneofDecl.Count;
        field.Proto3Optional = true;
        message.OneofDecl.Add(new OneofDescriptorProto { Name = $"_{field.Name}" });
        message.Field.Add(field);
    }

    private static FieldDescriptorProto Of(string name, int number, FieldDescriptorProto.Types.Type type, string? message = null)
    {
        var field = new FieldDescriptorProto { Name = name, Number = number, Type = type, Label = FieldDescriptorProto.Types.Label.Optional };
        if (message is not null) field.TypeName = message;
        return field;
    }

    private static byte[] SetOf(params FileDescriptorProto[] files)
    {
        var set = new FileDescriptorSet();
        set.File.AddRange(files);
        return set.ToByteArray();
    }
}
