using System.Text.Json.Nodes;
using StreamPerceiver.Recordings.Explain;

namespace StreamPerceiver.Recordings.Tests.Explain;

/// <summary>The JSON and the text of an explanation, which programs and people rely on.</summary>
public sealed class ExplanationFileTests
{
    [Fact]
    public async Task Json_has_the_same_members_in_every_version()
    {
        WindowExplanation window = await new Recorded().Steps(0, 5, "a", "b").Steps(6, 11, "b").Add("b", 1000).Steps(5, 12, "a").ExplainAsync();

        JsonObject json = JsonNode.Parse(ExplanationJson.Write(window))!.AsObject();

        Members(json).ShouldBe("pipeline entity lane id start end closedBy isPublished closing inputs watermarks");
        Text(json, "pipeline", "entity", "id", "start", "end", "closedBy").ShouldBe(
            "p m p/m/1700000002000000000 2023-11-14T22:13:20Z 2023-11-14T22:13:22Z watermark");
        Members(json["closing"]!).ShouldBe("input record order waitedFor");
        Members(json["closing"]!["record"]!).ShouldBe("topic partition offset order received contentType bytes place");
        JsonNode input = json["inputs"]![1]!;
        Members(input).ShouldBe(
            "name topic isRequired isTable rule coverage stalenessNs tokens maskedTokens passed passedBy slots samples");
        input["rule"]!.GetValue<string>().ShouldBe("10 steps, 200 ms apart; each is on the line between the readings around it, at most 200 ms away");
        Members(input["slots"]![5]!).ShouldBe("first count at from to fill sources");
        Text(input["slots"]![5]!, "at", "from", "to", "fill").ShouldBe(
            "2023-11-14T22:13:21Z 2023-11-14T22:13:21Z 2023-11-14T22:13:21.200Z interpolated");
        input["slots"]![5]!["sources"]!.ToJsonString().ShouldBe(
            """[{"record":"t.b/0/4","index":0,"distanceNs":-200000000},{"record":"t.b/0/5","index":0,"distanceNs":200000000}]""");
        JsonNode late = input["samples"]!.AsArray().Single(s => s!["state"]!.GetValue<string>() == "late")!;
        Members(late).ShouldBe("record index time durationNs state slots detail");
        json["watermarks"]!.AsArray()[^1]!.ToJsonString().ShouldBe(
            """{"order":23,"received":"2023-11-14T22:13:43Z","passed":["2023-11-14T22:13:22.200Z","2023-11-14T22:13:22Z"]}""");
    }

    [Fact]
    public async Task Text_tells_each_slot_and_what_is_late()
    {
        WindowExplanation window = await new Recorded().Steps(0, 5, "a", "b").Steps(6, 11, "b").Add("b", 1000).Steps(5, 12, "a").ExplainAsync();

        string text = ExplanationText.Write(window);

        text.ShouldContain("  Record 22 let it close: t.a/0/10, input a, received 2023-11-14T22:13:42Z. It had waited for a.\n");
        text.ShouldContain("b (t.b): 10 of 10 slots, 0 of 10 tokens masked, last data -200 ms from the end\n");
        text.ShouldContain("  5            2023-11-14T22:13:21Z  interpolated t.b/0/4 (-200 ms) and t.b/0/5 (+200 ms)\n");
        text.ShouldContain("  late: t.b/0/10, event time 2023-11-14T22:13:21Z, read as record 16: b had passed 2023-11-14T22:13:22Z, and this window ends at ");
    }

    private static string Members(JsonNode node) => string.Join(' ', node.AsObject().Select(m => m.Key));

    private static string Text(JsonNode node, params string[] members) => string.Join(' ', members.Select(m => node[m]!.GetValue<string>()));
}
