using System.Text;
using System.Text.Json.Nodes;
using Avro.Generic;
using Confluent.Kafka;
using Confluent.SchemaRegistry;
using Confluent.SchemaRegistry.Serdes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using StreamPerceiver.Flow;
using StreamPerceiver.Infer;
using StreamPerceiver.Interpret;
using StreamPerceiver.Outputs;
using StreamPerceiver.Publish;
using StreamPerceiver.Schemas;
using StreamPerceiver.Schemas.Members;
using StreamPerceiver.TestKit;
using StreamPerceiver.Tests.Outputs;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Tests.Publish;

/// <summary>Predictions in Avro, read by Confluent's deserializer, and in Protobuf, read by their descriptor: the values are those of the JSON.</summary>
public sealed class PredictionFormatTests : IDisposable
{
    private const string Topic = "t.out";

    private static readonly WindowHeader Window = new(
        0, "press-7", new EventTime(0), new EventTime(2 * EventTime.PerSecond), CloseReason.Idle,
        [
            new InputPresence("in", 1.0 / 3, 12_500_000) { Elements = 2, ElementIds = ["u7", null], Text = [(byte)'a', InputPresence.MaskedByte] },
            new InputPresence("other-input", 0, null),
        ]);

    private readonly SchemaRegistryServer _server = new();

    public static TheoryData<int> Numbers => PredictionSchemaTests.Numbers;

    public void Dispose() => _server.Dispose();

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task Avro_has_the_values_of_the_json(int kind)
    {
        (PredictionFormat format, ObjectType members, Prediction prediction) = Made(kind, SchemaKind.Avro);
        format = format with { Id = _server.Register($"{Topic}-value", format.Schema.Text) };
        using var registry = new CachedSchemaRegistryClient(new SchemaRegistryConfig { Url = _server.Url });

        OutgoingRecord record = PredictionRecord.From(prediction, Topic, format: format);
        GenericRecord read = await new AvroDeserializer<GenericRecord>(registry)
            .DeserializeAsync(record.Value, isNull: false, new SerializationContext(MessageComponentType.Value, Topic));

        FromAvro(read, members)!.ToJsonString().ShouldBe(Json(prediction));
        ContentType(record).ShouldBe("application/avro");
        read.Schema.Fullname.ShouldBe("streamperceiver.p_1.Prediction");
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Protobuf_has_the_values_of_the_json(int kind)
    {
        (PredictionFormat format, _, Prediction prediction) = Made(kind, SchemaKind.Protobuf);

        OutgoingRecord record = PredictionRecord.From(prediction, Topic, format: format with { Id = 258 });

        record.Value![..6].ShouldBe([0, 0, 0, 1, 2, 0]);
        FileDescriptor file = FileDescriptor.BuildFromByteStrings([ByteString.FromBase64(format.Schema.Text)])[0];
        FromProtobuf(new CodedInputStream(record.Value[6..]), file.MessageTypes[0]).ToJsonString().ShouldBe(Json(prediction));
        ContentType(record).ShouldBe("application/protobuf");
    }

    [Fact]
    public void A_file_of_Protobuf_has_the_members_with_their_numbers_and_names()
    {
        var members = new ObjectType(
        [
            new(2, "closedBy", new TextType(), "x"),
            new(3, "stalenessMs", new NumberType(IsSingle: false), "x") { IsOptional = true },
            ObjectType.OfPipeline("acc.x", new ObjectType([new(1, "labels", new ListType(NumberType.Single), "x")]), "x"),
        ]);

        new PredictionFormat(SchemaKind.Protobuf, "press-line", members).Text.ShouldBe(
            $$"""
            syntax = "proto3";

            package streamperceiver.press_line;

            message Prediction {
              string closed_by = 2 [json_name = "closedBy"];
              optional double staleness_ms = 3 [json_name = "stalenessMs"];
              .streamperceiver.press_line.Prediction.Acc_x acc_x = {{ObjectType.NumberOf("acc.x")}} [json_name = "acc.x"];

              message Acc_x {
                repeated float labels = 1 [json_name = "labels"];
              }
            }

            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void A_pipeline_chooses_its_format_and_names_that_are_alike_in_it_are_refused()
    {
        using var file = new Topology.PipelineFile();

        file.Read(_ => { }).Format.ShouldBe(SchemaKind.Json);
        file.Read(root => root["topics"]!["format"] = "protobuf").Format.ShouldBe(SchemaKind.Protobuf);
        file.Errors(root => (root["topics"]!["format"], root["topics"]!["envelope"]) = ("avro", "structured"))
            .ShouldBe(["$.topics.envelope is structured, expected binary with the format avro"]);
        file.Errors(root =>
        {
            root["topics"]!["format"] = "avro";
            root["outputs"] = JsonNode.Parse("""{"a.b":{},"a-B":{},"costarring":{},"liquid":{}}""");
        }).ShouldBe(
        [
            "$.outputs: a-B and a.b cannot stand side by side in avro, expected other names",
            "$.outputs: costarring and liquid cannot stand side by side in avro, expected other names", // one hash, so one number
        ]);
    }

    // An output that comes or goes leaves a schema that both can read: members with names of the pipeline file may be null, and are so by default.
    [Fact]
    public void An_output_may_be_null_in_Avro_and_has_a_default()
    {
        (PredictionFormat one, _, _) = Made(0, SchemaKind.Avro);
        JsonNode outputs = JsonNode.Parse(one.Text)!["fields"]![5]!["type"]!["fields"]![0]!;

        outputs["name"]!.GetValue<string>().ShouldBe("out");
        outputs["type"]![0]!.GetValue<string>().ShouldBe("null");
        outputs.AsObject().ContainsKey("default").ShouldBeTrue();
    }

    private static (PredictionFormat Format, ObjectType Members, Prediction Prediction) Made(int kind, SchemaKind language)
    {
        (string section, OutputShape shape) = PredictionSchemaTests.Kinds[kind];
        OutputSpec spec = OutputKinds.Read(new OutputSection("out", JsonNode.Parse(section)!.AsObject(), 2 * EventTime.PerSecond));
        OutputQuestion asked = spec.Ask(shape);
        float[] numbers = [.. Enumerable.Range(0, (int)asked.Answer.Numbers).Select(i => (i * 0.1f) - 0.3f)];
        var prediction = new Prediction("p-1", Window, new ModelIdentity("m", "0123456789ab"), [spec.Read(asked.Answer, numbers, Window)]);
        ObjectType members = PredictionMembers.Of("p-1", "m", Window.Inputs.Select(i => i.Name), [(spec, asked)]);
        return (new PredictionFormat(language, "p-1", members), members, prediction);
    }

    private static string Json(Prediction prediction) => JsonNode.Parse(PredictionRecord.ToJson(prediction))!.ToJsonString();

    private static string ContentType(OutgoingRecord record) => Encoding.UTF8.GetString(record.Headers.Single(h => h.Key == "content-type").Value!);

    private static JsonNode? FromAvro(object? value, MemberType type) => type switch
    {
        ObjectType o => new JsonObject(o.Members.Select(m => (m, Value: ((GenericRecord)value!)[MemberName.Plain(m.Name)]))
            .Where(m => m.Value is not null).Select(m => KeyValuePair.Create(m.m.Name, FromAvro(m.Value, m.m.Type)))),
        ListType list => new JsonArray([.. ((IEnumerable<object>)value!).Select(item => FromAvro(item, list.Item))]),
        _ => JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(value)),
    };

    private static JsonObject FromProtobuf(CodedInputStream input, MessageDescriptor message)
    {
        var values = message.Fields.InDeclarationOrder().Where(f => f.IsRepeated).ToDictionary(f => f, JsonNode (_) => new JsonArray());
        while (input.ReadTag() is var tag and not 0)
        {
            FieldDescriptor field = message.FindFieldByNumber(WireFormat.GetTagFieldNumber(tag));
            if (!field.IsRepeated) values.Add(field, Value(input, field));
            else if (field.FieldType is FieldType.String or FieldType.Message) values[field].AsArray().Add(Value(input, field));
            else for (CodedInputStream packed = input.ReadBytes().CreateCodedInput(); !packed.IsAtEnd;) values[field].AsArray().Add(Value(packed, field));
        }

        return new JsonObject(values.OrderBy(v => v.Key.Index).Select(v => KeyValuePair.Create(v.Key.JsonName, (JsonNode?)v.Value)));
    }

    private static JsonNode Value(CodedInputStream input, FieldDescriptor field) => field.FieldType switch
    {
        FieldType.String => input.ReadString(),
        FieldType.Float => input.ReadFloat(),
        FieldType.Double => input.ReadDouble(),
        FieldType.Int32 => input.ReadInt32(),
        FieldType.Bool => input.ReadBool(),
        _ => FromProtobuf(input.ReadBytes().CreateCodedInput(), field.MessageType),
    };
}
