using System.Text.Json.Nodes;
using StreamPerceiver.Flow;
using StreamPerceiver.Infer;
using StreamPerceiver.Interpret;
using StreamPerceiver.Outputs;
using StreamPerceiver.Publish;
using StreamPerceiver.Schemas.Members;
using StreamPerceiver.TestKit;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Tests.Outputs;

/// <summary>The schema of a pipeline's own predictions: what it allows, and what it refuses that the schema of all predictions allows.</summary>
public sealed class PredictionSchemaTests
{
    private static readonly WindowHeader Window = new(
        0, "press-7", new EventTime(0), new EventTime(2 * EventTime.PerSecond), CloseReason.Idle, [new InputPresence("in", 1, 0) { Elements = 2 }]);

    /// <summary>Each kind of output with a shape that it takes.</summary>
    internal static IReadOnlyList<(string Section, OutputShape Shape)> Kinds { get; } =
    [
        ("""{"topK":2}""", new LabelsShape(["idle", "läuft", "stuck"])),
        ("""{"threshold":0.5}""", new LabelsShape(["idle", "stuck"], AreIndependent: true)),
        ("""{"type":"values"}""", new ValuesShape([1, 2]) { Names = ["bearing", "belt"], Units = ["mm", ""] }),
        ("""{"type":"values","stepMs":500}""", new ValuesShape([3, 2]) { Names = ["load", "heat"] }),
        ("""{"type":"values","stride":2}""", new DenseShape(DenseContent.Field, [4, 4], 2)),
        ("""{"type":"text"}""", new TextShape("in", 5, 262)),
        ("""{"type":"text","read":"caption"}""", new TextShape("in", 5, 262)),
        ("""{"type":"embedding"}""", new ValuesShape([3])),
        ("""{"type":"entities"}""", new ElementsShape("in", 3, 2, AreEmbeddings: true)),
        ("""{"type":"entities"}""", new ElementsShape("in", 3, 2, AreEmbeddings: false)),
        ("""{"type":"dense","topic":"t.flow","as":"image/png"}""", new DenseShape(DenseContent.Field, [2, 3], 2)),
        ("""{"type":"dense","topic":"t.frames","as":"image/png","every":2}""", new DenseShape(DenseContent.Pictures, [4, 2, 3], 3)),
    ];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Kinds.Count)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void What_each_kind_publishes_is_valid(int kind)
    {
        (OutputSpec spec, OutputShape shape, JsonNode prediction) = Published(kind);

        PredictionSchemas.Check(prediction, spec, shape);
    }

    [Theory]
    [InlineData(0, """{"labels":[{"label":"idle","probability":0.6},{"label":"broken","probability":0.4}]}""", "/labels/1/label enum")]
    [InlineData(0, """{"labels":[{"label":"idle","probability":0.6}]}""", "/labels minItems")]
    [InlineData(0, """{"labels":[{"label":"idle","probability":1},{"label":"idle","probability":0},{"label":"idle","probability":0}]}""", "/labels maxItems")]
    [InlineData(2, """{"shape":[2],"values":[1,2],"names":["bearing","belt"],"units":["mm",""]}""", "/shape const")]
    [InlineData(2, """{"shape":[1,2],"values":[1],"names":["bearing","belt"],"units":["mm",""]}""", "/values minItems")]
    [InlineData(2, """{"shape":[1,2],"values":[1,2],"names":["belt","bearing"],"units":["mm",""]}""", "/names const")]
    [InlineData(2, """{"shape":[1,2],"values":[1,2],"names":["bearing","belt"],"units":["mm","h"]}""", "/units const")]
    [InlineData(2, """{"shape":[1,2],"values":[1,2],"names":["bearing","belt"]}""", " required")]
    [InlineData(7, """{"embedding":[1,2]}""", "/embedding minItems")]
    [InlineData(8, """{"entities":[{"slot":3,"embedding":[1,2]}]}""", "/entities/0/slot maximum")]
    [InlineData(9, """{"entities":[{"slot":0,"values":[1]}]}""", "/entities/0/values minItems")]
    [InlineData(10, """{"topic":"t.other","contentType":"image/png","shape":[2,3,2],"records":1}""", "/topic const")]
    [InlineData(10, """{"topic":"t.flow","contentType":"image/jpeg","shape":[2,3,2],"records":1}""", "/contentType const")]
    [InlineData(11, """{"topic":"t.frames","contentType":"image/png","shape":[2,2,3,3],"records":4}""", "/records maximum")]
    public void What_another_pipeline_would_publish_is_not(int kind, string output, string violation)
    {
        (OutputSpec spec, OutputShape shape, JsonNode prediction) = Published(kind);
        JsonObject schema = MemberSchema.Of(PredictionSchemas.Describe(prediction, spec, shape));
        prediction["outputs"]!["out"] = JsonNode.Parse(output);

        PredictionSchemas.Violations(prediction, schema).ShouldBe([$"/outputs/out{violation}"]);
    }

    [Fact]
    public void Another_pipeline_model_or_input_is_not_valid()
    {
        (OutputSpec spec, OutputShape shape, JsonNode prediction) = Published(0);
        JsonObject schema = MemberSchema.Of(PredictionSchemas.Describe(prediction, spec, shape));
        prediction["pipeline"] = "q";
        prediction["model"]!["name"] = "n";
        prediction["inputs"]!["other"] = prediction["inputs"]!["in"]!.DeepClone();

        IEnumerable<string> places = PredictionSchemas.Violations(prediction, schema).Select(v => v.Split(' ')[0]);
        places.ShouldBe(["/pipeline", "/model/name", "/inputs/other"], ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void The_schema_of_all_predictions_has_every_member_with_the_same_description(int kind)
    {
        (OutputSpec spec, OutputShape shape, JsonNode prediction) = Published(kind);
        JsonNode general = JsonNode.Parse(File.ReadAllText(RepositoryRoot.Path("pipelines", "prediction.schema.json")))!;

        AgreeWith(general, MemberSchema.Of(PredictionSchemas.Describe(prediction, spec, shape)), "$");
    }

    // Protobuf knows members by their numbers, so those of an output must not change their meaning with its kind.
    [Fact]
    public void A_number_belongs_to_one_name_in_all_kinds()
    {
        Member[] members = [.. Kinds.SelectMany((_, kind) => Output(kind).Describe())];

        members.GroupBy(m => m.Number).ShouldAllBe(same => same.DistinctBy(m => m.Name).Count() == 1);
        members.GroupBy(m => m.Name).ShouldAllBe(same => same.DistinctBy(m => m.Number).Count() == 1);
    }

    // A member with a name of the pipeline is any member of the general schema.
    private static void AgreeWith(JsonNode general, JsonNode own, string path)
    {
        if (own["properties"] is not JsonObject properties) return;
        foreach ((string name, JsonNode? member) in properties)
        {
            JsonNode? counterpart = general["properties"]?[name] ?? general["additionalProperties"];
            counterpart.ShouldBeOfType<JsonObject>($"{path}.{name}");
            if (general["properties"] is not null && counterpart["description"] is { } text)
                member!["description"]!.GetValue<string>().ShouldBe(text.GetValue<string>(), $"{path}.{name}");
            AgreeWith(counterpart, member!, $"{path}.{name}");
            if (member!["items"] is { } items) AgreeWith(counterpart["items"]!, items, $"{path}.{name}[]");
        }
    }

    private static (OutputSpec Spec, OutputShape Shape, Func<IReadOnlyList<Member>> Describe) Output(int kind)
    {
        (string section, OutputShape shape) = Kinds[kind];
        OutputSpec spec = OutputKinds.Read(new OutputSection("out", JsonNode.Parse(section)!.AsObject(), 2 * EventTime.PerSecond));
        return (spec, shape, () => spec.Describe(spec.Ask(shape).Answer).Members);
    }

    private static (OutputSpec Spec, OutputShape Shape, JsonNode Prediction) Published(int kind)
    {
        (OutputSpec spec, OutputShape shape, _) = Output(kind);
        spec.Problems(shape).ShouldBeEmpty();
        OutputShape answer = spec.Ask(shape).Answer;
        OutputReading reading = spec.Read(answer, new float[answer.Numbers], Window);
        return (spec, shape, JsonNode.Parse(PredictionRecord.ToJson(new Prediction("p", Window, new ModelIdentity("m", "0123456789ab"), [reading])))!);
    }
}
