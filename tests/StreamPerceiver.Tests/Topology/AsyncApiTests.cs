using System.Text;
using System.Text.Json.Nodes;
using StreamPerceiver.Flow;
using StreamPerceiver.Infer;
using StreamPerceiver.Interpret;
using StreamPerceiver.Outputs;
using StreamPerceiver.Publish;
using StreamPerceiver.TestKit;
using StreamPerceiver.Tests.Outputs;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Tests.Topology;

/// <summary>The AsyncAPI document of a pipeline beside AsyncAPI's own schema, and beside the records that the pipeline publishes.</summary>
public sealed class AsyncApiTests : IDisposable
{
    private static readonly JsonNode Rules =
        JsonNode.Parse(File.ReadAllText(RepositoryRoot.Path("tests", "StreamPerceiver.Tests", "Topology", "AsyncApi", "asyncapi-3.0.0.schema.json")))!;

    // All modalities, a topic of two inputs, every place of an event time, a table, a registry, and an output with a topic of its own.
    private const string Rich =
        """
        {
          "name": "rich", "key": "int64", "window": { "sizeMs": 2000, "hopMs": 500 }, "model": "models/rich",
          "inputs": {
            "sound": { "topic": "t.sound", "modality": "audio", "rateHz": 100, "samplesPerPatch": 10, "required": true },
            "cam": { "topic": "t.cam", "modality": "video", "width": 4, "height": 2, "frames": 2, "patch": 2, "contentType": "image/jpeg" },
            "heat": { "topic": "t.imu", "modality": "sensor", "channels": ["x"], "rateHz": 5, "where": { "header": "s", "is": "h" },
                      "eventTime": { "header": "ts", "format": "ms" } },
            "load": { "topic": "t.imu", "modality": "sensor", "channels": ["x"], "rateHz": 5, "where": { "field": "s", "is": "l" },
                      "eventTime": { "field": "ts" } },
            "flow": { "topic": "t.flow", "modality": "sensor", "channels": ["x"], "rateHz": 5, "registry": true },
            "kind": { "topic": "t.kind", "modality": "category", "words": ["a", "b"], "table": true, "eventTime": { "timestamp": true } },
            "note": { "topic": "t.note", "modality": "text", "length": 8 },
            "points": { "topic": "t.points", "modality": "set", "slots": 3, "channels": ["x", "y"] }
          },
          "outputs": { "activity": { "topK": 2 }, "field": { "type": "dense", "topic": "t.field", "as": "image/png" } },
          "topics": { "predictions": "t.out", "late": "t.late" }
        }
        """;

    private readonly PipelineFile _file = new();

    public void Dispose() => _file.Dispose();

    [Theory]
    [InlineData(PipelineFile.Least)]
    [InlineData(Rich)]
    public void The_document_follows_the_rules_of_AsyncApi(string text)
    {
        JsonObject document = Document(_file.Read(text));

        PredictionSchemas.Violations(document, Rules).ShouldBeEmpty();
        References(document).ShouldNotBeEmpty();
        foreach (string reference in References(document)) At(document, reference).ShouldNotBeNull(reference);
    }

    [Theory]
    [InlineData("avro", "application/vnd.apache.avro+json;version=1.9.0")]
    [InlineData("protobuf", "application/vnd.google.protobuf;version=3")]
    public void The_predictions_have_the_schema_of_their_format(string format, string schemaFormat)
    {
        JsonObject document = Document(_file.Read(Rich.Replace("\"late\"", $"\"format\": \"{format}\", \"late\"")));

        PredictionSchemas.Violations(document, Rules).ShouldBeEmpty();
        JsonNode prediction = document["channels"]!["t.out"]!["messages"]!["prediction"]!;
        prediction["contentType"]!.GetValue<string>().ShouldBe($"application/{format}");
        prediction["payload"]!["schemaFormat"]!.GetValue<string>().ShouldBe(schemaFormat);
        prediction["bindings"]!["kafka"]!["schemaIdLocation"]!.GetValue<string>().ShouldBe("payload");
    }

    [Fact]
    public void The_rules_would_notice_a_key_that_is_missing_wrong_or_new()
    {
        Action<JsonNode>[] errors =
        [
            document => document["info"]!.AsObject().Remove("version"),
            document => document["operations"]!["send.t.out"]!["action"] = "emit",
            document => document["channels"]!["t.out"]!["adress"] = "t.out",
        ];
        JsonObject all = Document(_file.Read(Rich));
        foreach (Action<JsonNode> error in errors)
        {
            JsonObject one = Document(_file.Read(Rich));
            error(one);
            PredictionSchemas.Violations(one, Rules).ShouldNotBeEmpty();
            error(all);
        }

        PredictionSchemas.Violations(all, Rules).Count.ShouldBeGreaterThan(2);
    }

    [Fact]
    public void Every_topic_is_there_with_its_direction()
    {
        PipelineDefinition definition = _file.Read(Rich);

        JsonObject document = Document(definition);

        document["operations"]!.AsObject().Select(o => o.Key).ShouldBe(
            [.. definition.Inputs.Select(i => $"receive.{i.Topic}").Distinct(), .. definition.WrittenTopics.Select(t => $"send.{t}")], ignoreOrder: true);
        document["channels"]!["t.imu"]!["messages"]!.AsObject().Select(m => m.Key).ShouldBe(["heat", "load"]);
        document["channels"]!["t.kind"]!["bindings"]!["kafka"]!["topicConfiguration"]!["cleanup.policy"]!.ToJsonString().ShouldBe("""["compact"]""");
        document["operations"]!["receive.t.cam"]!["bindings"]!["kafka"]!["groupId"]!["const"]!.GetValue<string>().ShouldBe("rich");
    }

    [Fact]
    public void Inputs_have_their_content_types_and_headers()
    {
        JsonNode channels = Document(_file.Read(Rich))["channels"]!;

        JsonNode heat = channels["t.imu"]!["messages"]!["heat"]!["headers"]!, cam = channels["t.cam"]!["messages"]!["cam"]!;
        heat["required"]!.ToJsonString().ShouldBe("""["content-type","ts","s"]""");
        heat["properties"]!["s"]!["const"]!.GetValue<string>().ShouldBe("h");
        heat["properties"]!["ts"]!["description"]!.GetValue<string>().ShouldBe("Event time: milliseconds since 1970.");
        cam["contentType"]!.GetValue<string>().ShouldBe("image/jpeg");
        cam["headers"]!["required"]!.ToJsonString().ShouldBe("[]");
        cam["bindings"]!["kafka"]!["key"]!["format"]!.GetValue<string>().ShouldBe("int64");
        JsonNode sound = channels["t.sound"]!["messages"]!["sound"]!["headers"]!;
        PredictionSchemas.Violations(new JsonObject { ["content-type"] = "audio/pcm;rate=100" }, sound).ShouldBeEmpty();
        PredictionSchemas.Violations(new JsonObject { ["content-type"] = "audio/pcmx" }, sound).ShouldBe(["/content-type pattern"]);
    }

    [Theory]
    [InlineData("binary")]
    [InlineData("structured")]
    public void Every_published_record_is_as_its_topic_is_described(string envelope)
    {
        JsonNode text = JsonNode.Parse(Rich)!;
        text["topics"]!["envelope"] = envelope;
        PipelineDefinition definition = _file.Read(text.ToJsonString());
        using StubPerceiver model = Model(definition);
        JsonObject document = AsyncApi.Of(definition, model);
        InputPresence[] inputs = [.. definition.Inputs.Select(i => new InputPresence(i.Name, 1, 0))];
        var window = new WindowHeader(0, "7", Some.At(0), Some.At(2000), CloseReason.Watermark, inputs)
        {
            Trace = new TraceContext("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "a=1"),
        };
        OutputReading[] readings = [.. definition.Outputs.Zip(PipelineRules.Ask(definition, model),
            (output, asked) => output.Read(asked.Answer, new float[asked.Answer.Numbers], window))];
        var prediction = new Prediction("rich", window, new ModelIdentity("rich", "0123456789ab"), readings);
        var cause = new InvalidDataException("no end");
        var rejection = new Rejection(RejectionReason.Undecodable, "no", "decode", Some.Record(key: new string('k', 100_000)), cause);
        var poison = new PoisonWindow(RejectionReason.NotFinite, "NaN", "infer", window, null);

        Conforms("t.field", "field", OutputRecord.From(prediction, definition.Keys).Single());
        Conforms("t.out", "prediction", PredictionRecord.From(prediction, "t.out", definition.Keys, definition.IsStructured));
        Conforms("rich.dead-letters", "record", DeadLetterRecord.From(rejection, "rich.dead-letters", "rich"));
        Conforms("rich.dead-letters", "record", ReducedLetter.From(rejection with { Refusal = "too large" }, "rich.dead-letters", "rich"));
        Conforms("rich.dead-letters", "window", DeadLetterRecord.From(poison, "rich.dead-letters", "rich", definition.Keys));
        Conforms("rich.dead-letters", "window", ReducedLetter.From(poison with { Refusal = "too large" }, "rich.dead-letters", "rich", definition.Keys));
        Conforms("rich.dead-letters", "loss", DeadLetterRecord.From(new RecordsLost(0, "t.imu", 1, 5), "rich.dead-letters", "rich"));
        Conforms("t.late", "record", DeadLetterRecord.From(new LateRecord("a minute", "align", Some.Record()), "t.late", "rich"));

        void Conforms(string topic, string message, OutgoingRecord record)
        {
            record.Topic.ShouldBe(topic);
            JsonNode described = document["channels"]![topic]!["messages"]![message]!;
            var headers = new JsonObject(record.Headers.DistinctBy(h => h.Key)
                .Select(h => KeyValuePair.Create<string, JsonNode?>(h.Key, Encoding.Latin1.GetString(h.Value!))));
            PredictionSchemas.Violations(headers, described["headers"]!).ShouldBeEmpty(message);
            headers.Select(h => h.Key).Except(described["headers"]!["properties"]!.AsObject().Select(p => p.Key)).ShouldBeEmpty(message);
            if (described["payload"] is not { } payload) return;
            PredictionSchemas.Violations(JsonNode.Parse(record.Value!)!, payload).ShouldBeEmpty(message);
        }
    }

    private static JsonObject Document(PipelineDefinition definition)
    {
        using StubPerceiver model = Model(definition);
        return AsyncApi.Of(definition, model);
    }

    private static StubPerceiver Model(PipelineDefinition definition) => new(definition.Inputs, definition.Align.Plan.SizeNs)
    {
        Outputs = new Dictionary<string, OutputShape>
        {
            ["activity"] = new LabelsShape(["idle", "stuck"]),
            ["field"] = new DenseShape(DenseContent.Field, [2, 3], 2),
        },
    };

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject o => o.SelectMany(p => p.Key == "$ref" ? [p.Value!.GetValue<string>()] : References(p.Value)),
        JsonArray a => a.SelectMany(References),
        _ => [],
    };

    private static JsonNode? At(JsonNode document, string reference)
        => reference.Split('/').Skip(1).Aggregate((JsonNode?)document, (node, key) => node?[key]);
}
