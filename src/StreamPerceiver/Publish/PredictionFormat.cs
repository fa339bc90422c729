using System.Buffers.Binary;
using System.Text.Json;
using Google.Protobuf;
using StreamPerceiver.Schemas;
using StreamPerceiver.Schemas.Avro;
using StreamPerceiver.Schemas.Members;
using StreamPerceiver.Schemas.Protobuf;

namespace StreamPerceiver.Publish;

/// <summary>Encodes predictions in Avro or Protobuf, in Confluent's wire format: a zero, the id of the schema, and the prediction.</summary>
public sealed record PredictionFormat
{
    private const string RecordName = "Prediction";

    private readonly ObjectType _members;
    private readonly string _package;

    /// <summary>Makes the format of a pipeline's predictions.</summary>
    /// <param name="kind">Avro or Protobuf.</param>
    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="members">The members of a prediction.</param>
    internal PredictionFormat(SchemaKind kind, string pipeline, ObjectType members)
    {
        (Kind, _members, _package) = (kind, members, $"streamperceiver.{MemberName.Lower(pipeline)}");
        Schema = new RegisteredSchema(kind, kind == SchemaKind.Avro ? Text : File().ToByteString().ToBase64(), []);
    }

    /// <summary>Avro or Protobuf.</summary>
    public SchemaKind Kind { get; }

    /// <summary>The schema as a registry takes it.</summary>
    public RegisteredSchema Schema { get; }

    /// <summary>The id that the registry has given to the schema.</summary>
    public int Id { get; init; }

    /// <summary>The schema as people read it: in JSON, or as a file for Protobuf's compiler.</summary>
    public string Text => Kind == SchemaKind.Avro
        ? AvroMembers.SchemaOf(_members, _package, RecordName, "The prediction of one window.").ToJsonString(JsonSerializerOptions.Web)
        : ProtobufFile.TextOf(File());

    /// <summary>The content type of predictions.</summary>
    internal string ContentType => Kind == SchemaKind.Avro ? "application/avro" : "application/protobuf";

    /// <summary>Encodes a prediction.</summary>
    /// <param name="json">The prediction in JSON.</param>
    internal byte[] Encode(byte[] json)
    {
        using JsonDocument prediction = JsonDocument.Parse(json);
        using var bytes = new MemoryStream();
        Span<byte> prefix = stackalloc byte[5];
        BinaryPrimitives.WriteInt32BigEndian(prefix[1..], Id);
        bytes.Write(prefix);
        if (Kind == SchemaKind.Avro)
        {
            AvroMembers.Write(prediction.RootElement, _members, bytes);
        }
        else
        {
            bytes.WriteByte(0); // the first message of the file
            bytes.Write(ProtobufMembers.ToBytes(prediction.RootElement, _members));
        }

        return bytes.ToArray();
    }

    private Google.Protobuf.Reflection.FileDescriptorProto File() => ProtobufFile.DescriptorOf(_members, _package, RecordName);
}
