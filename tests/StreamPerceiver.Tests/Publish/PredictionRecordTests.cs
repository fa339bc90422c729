using System.Text;
using System.Text.Json.Nodes;
using FsCheck.Fluent;
using StreamPerceiver.Flow;
using StreamPerceiver.Infer;
using StreamPerceiver.Interpret;
using StreamPerceiver.Outputs;
using StreamPerceiver.Outputs.Labels;
using StreamPerceiver.Outputs.Values;
using StreamPerceiver.Publish;
using StreamPerceiver.TestKit;
using StreamPerceiver.Tests.Decode;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Tests.Publish;

public sealed class PredictionRecordTests
{
    // 2023-11-14T22:13:20Z
    private const long Start = 1_700_000_000 * EventTime.PerSecond;

    private static readonly JsonSchema Schema = new(File.ReadAllText(RepositoryRoot.Path("pipelines", "prediction.schema.json")));

    [Fact]
    public void The_value_is_this_to_the_byte()
        => Encoding.UTF8.GetString(PredictionRecord.ToJson(Some())).ShouldBe(
            """
            {"pipeline":"machine-activity","entity":"press-7",
            "window":{"start":"2023-11-14T22:13:20Z","end":"2023-11-14T22:13:22.500Z","closedBy":"idle"},
            "model":{"name":"tiny","version":"0123456789ab"},
            "inputs":{"camera":{"present":true,"coverage":0.833333,"stalenessMs":12.5},"microphone":{"present":false,"coverage":0}},
            "outputs":{"activity":{"labels":[{"label":"working","probability":0.7},{"label":"idle","probability":1E-09}]},
            "wear":{"labels":[{"label":"low","probability":1}]}}}
            """.ReplaceLineEndings(""));

    [Fact]
    public void The_record_is_a_cloud_event_in_binary_mode_keyed_by_entity()
    {
        OutgoingRecord record = PredictionRecord.From(Some(), "out");

        Encoding.UTF8.GetString(record.Key!).ShouldBe("press-7");
        record.Value.ShouldBe(PredictionRecord.ToJson(Some()));
        record.TimestampMs.ShouldBe(1_700_000_002_500);
        record.Headers.Select(h => (h.Key, Encoding.UTF8.GetString(h.Value!))).ShouldBe(
        [
            ("ce_specversion", "1.0"),
            ("ce_type", "streamperceiver.prediction.v1"),
            ("ce_source", "/streamperceiver/machine-activity"),
            ("ce_id", "machine-activity/press-7/1700000002500000000"),
            ("ce_time", "2023-11-14T22:13:22.500Z"),
            ("content-type", "application/json"),
        ]);
    }

    [Fact]
    public void A_window_that_closed_in_the_ordinary_way_says_watermark()
        => Parsed(Some() with { Header = Some().Header with { ClosedBy = CloseReason.Watermark } })["window"]!["closedBy"]!.GetValue<string>()
            .ShouldBe("watermark");

    [Fact]
    public void The_same_window_has_the_same_id_whatever_came_of_it()
    {
        Prediction one = Some();

        Id(
            one with
            {
                Model = new("other", "ffffffffffff"),
                Outputs = [],
                Header = one.Header with { ClosedBy = CloseReason.Watermark, Lane = 1, Inputs = [] },
            }).ShouldBe(Id(one));
        Id(one with { Header = one.Header with { End = one.Header.End + 1 } }).ShouldNotBe(Id(one));
        Id(one with { Header = one.Header with { Entity = "press-8" } }).ShouldNotBe(Id(one));
        Id(one with { Pipeline = "other" }).ShouldNotBe(Id(one));
    }

    [Fact]
    public void Names_of_any_script_survive()
    {
        Prediction foreign = Some() with
        {
            Header = Some().Header with { Entity = "Прес \"7\"/ä" },
            Outputs = [new LabelsReading("activity", [("läuft", 1f)])],
        };

        OutgoingRecord record = PredictionRecord.From(foreign, "out");

        Encoding.UTF8.GetString(record.Key!).ShouldBe("Прес \"7\"/ä");
        JsonNode value = JsonNode.Parse(record.Value)!;
        value["entity"]!.GetValue<string>().ShouldBe("Прес \"7\"/ä");
        value["outputs"]!["activity"]!["labels"]![0]!["label"]!.GetValue<string>().ShouldBe("läuft");
    }

    [Fact]
    public void Every_value_conforms_to_the_published_schema() => Prop.ForAll(
        (from coverage in Gen.Choose(0, 1_000_000_000)
         from staleness in Gen.Choose(0, int.MaxValue)
         from probability in Gen.Choose(0, 1_000_000_000)
         from end in Gen.Choose(0, int.MaxValue)
         select (Coverage: coverage / 1e9, Staleness: (long)staleness * 1000, Probability: probability / 1e9f, End: (long)end * 1_000_000_007)).ToArbitrary(),
        x =>
        {
            Prediction some = Some();
            var input = new InputPresence("camera", x.Coverage, x.Coverage > 0 ? x.Staleness : null);
            WindowHeader header = some.Header with { Start = new(x.End / 2), End = new(x.End), Inputs = [input] };
            Schema.Check(Parsed(some with { Header = header, Outputs = [new LabelsReading("activity", [("working", x.Probability)])] })).ShouldBeEmpty();
        }).Holds();

    [Fact]
    public void The_published_schema_would_notice_a_key_that_is_missing_wrong_or_new()
    {
        JsonNode value = Parsed(Some());
        value.AsObject().Remove("entity");
        value["extra"] = 1;
        value["model"]!["version"] = "latest";
        value["outputs"]!["wear"]!["labels"]![0]!["probability"] = 1.5;

        Schema.Check(value).Count.ShouldBe(4);
    }

    [Fact]
    public void A_regression_is_its_shape_its_values_and_their_names_and_units()
    {
        var shape = new ValuesShape([1, 2]) { Names = ["bearing", "belt"], Units = ["mm", "h"] };
        Prediction prediction = Some() with
        {
            Outputs = [new ValuesReading("wear", shape, [0.5f, -3f]), new ValuesReading("flow", new ValuesShape([2]), [1f, 2f])],
        };

        Parsed(prediction)["outputs"]!.ToJsonString().ShouldBe(
            """{"wear":{"shape":[1,2],"values":[0.5,-3],"names":["bearing","belt"],"units":["mm","h"]},"flow":{"shape":[2],"values":[1,2]}}""");
        Schema.Check(Parsed(prediction)).ShouldBeEmpty();
    }

    private static JsonNode Parsed(Prediction prediction) => JsonNode.Parse(PredictionRecord.ToJson(prediction))!;

    private static string Id(Prediction prediction)
        => Encoding.UTF8.GetString(PredictionRecord.From(prediction, "out").Headers.Single(h => h.Key == "ce_id").Value!);

    private static Prediction Some() => new(
        "machine-activity",
        new WindowHeader(
            3, "press-7", new EventTime(Start), new EventTime(Start + 2_500_000_000), CloseReason.Idle,
            [new InputPresence("camera", 5.0 / 6, 12_500_000), new InputPresence("microphone", 0, null)]),
        new ModelIdentity("tiny", "0123456789ab"),
        [new LabelsReading("activity", [("working", 0.7f), ("idle", 1e-9f)]), new LabelsReading("wear", [("low", 1f)])]);
}
