using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Recordings.Explain;

namespace StreamPerceiver.Recordings.Tests.Explain;

/// <summary>What a window of a recording holds, and why it closed.</summary>
public sealed class ExplainTests
{
    [Fact]
    public async Task A_complete_window_closes_by_the_record_of_the_last_input_to_pass_its_end()
    {
        WindowExplanation window = await new Recorded().Steps(0, 12, "a", "b").ExplainAsync();

        (window.ClosedBy, window.IsPublished, window.Id).ShouldBe((CloseReason.Watermark, true, "p/m/1700000002000000000"));
        (window.Closing.Record!.Place, window.Closing.Order, window.Closing.Input).ShouldBe(("t.b/0/10", 22, "b"));
        window.Closing.WaitedFor.ShouldBe(["b"]);
        foreach (ExplainedInput input in window.Inputs)
        {
            input.Slots.ShouldAllBe(s => s.Fill == SlotFill.Nearest && s.Sources.Count == 1 && s.Sources[0].DistanceNs == 0);
            input.Slots.Select(s => s.Sources[0].Record).ShouldBe(Enumerable.Range(0, 10).Select(i => $"t.{input.Name}/0/{i}"));
            input.Samples.Where(s => s.State == SampleState.Used).Select(s => s.Record.Offset).ShouldBe(Enumerable.Range(0, 10).Select(i => (long)i));
            (input.MaskedTokens, input.Tokens, input.PassedBy).ShouldBe((0, 10, PassReason.Watermark));
        }
    }

    [Fact]
    public async Task A_window_that_does_not_wait_names_the_silent_input_and_what_it_lacks()
    {
        WindowExplanation window = await new Recorded().Steps(0, 4, "a", "b").Steps(4, 40, "a").ExplainAsync();

        (window.ClosedBy, window.IsPublished, window.Closing.Record).ShouldBe((CloseReason.Idle, true, null));
        window.Closing.WaitedFor.ShouldBe(["b"]);
        (window.Inputs[0].PassedBy, window.Inputs[1].PassedBy).ShouldBe((PassReason.Watermark, PassReason.Silence));
        window.Inputs[1].Slots.Select(s => s.Fill == SlotFill.Masked).ShouldBe([false, false, false, false, false, true, true, true, true, true]);
        window.Inputs[1].MaskedTokens.ShouldBe(5);
        ExplanationText.Write(window).ShouldContain("Closed as idle: b was silent for longer than idleAfterMs");
    }

    [Fact]
    public async Task A_window_of_a_run_closes_where_the_run_found_an_input_silent_and_what_comes_then_is_late()
    {
        Recorded recorded = new Recorded().Steps(0, 4, "a", "b").Steps(4, 30, "a").AskEnds(0, "b").AskEnds(4, "b").Steps(30, 35, "a").Add("b", 1200);

        WindowExplanation window = await recorded.ExplainAsync();

        (window.ClosedBy, window.Closing.Record, window.Closing.Input, window.Closing.Order).ShouldBe((CloseReason.Idle, null, "b", 34));
        window.Inputs[1].PassedBy.ShouldBe(PassReason.Silence);
        window.Inputs[1].Samples.Single(s => s.State == SampleState.Late).Detail.ShouldEndWith("; it had closed");
    }

    [Fact]
    public async Task A_window_without_a_required_input_says_that_it_gives_no_prediction()
    {
        WindowExplanation window = await new Recorded().Steps(0, 40, "b").ExplainAsync();

        (window.IsPublished, window.Inputs[0].Coverage, window.Inputs[0].MaskedTokens).ShouldBe((false, 0, null));
        ExplanationText.Write(window).ShouldContain("It gives no prediction: a is required, and has no data in it.");
        ExplanationText.Write(window).ShouldContain("a (t.a, required): missing: all masked\n");
    }

    [Theory]
    [InlineData(true, "it was still open, as it waited for other inputs")]
    [InlineData(false, "it had closed")]
    public async Task A_late_record_is_told_with_how_far_its_input_had_come(bool waits, string state)
    {
        Recorded recorded = new Recorded().Steps(0, 5, "a", "b").Steps(6, 11, "b");
        recorded = waits ? recorded.Add("b", 1000).Steps(5, 12, "a") : recorded.Steps(5, 12, "a").Add("b", 1000);

        WindowExplanation window = await recorded.ExplainAsync();

        ExplainedSample late = window.Inputs[1].Samples.Single(s => s.State == SampleState.Late);
        (late.Record.Place, late.Time, late.Slots).ShouldBe(("t.b/0/10", At(1000), 0));
        late.Detail.ShouldBe($"b had passed {At(2000)}, and this window ends at {At(2000)}; {state}");
        ExplainedSlot slot = window.Inputs[1].Slots[5];
        (slot.Fill, string.Join(' ', slot.Sources)).ShouldBe((SlotFill.Interpolated, string.Join(' ',
            new SlotSource("t.b/0/4", 0, -200 * EventTime.PerMillisecond), new SlotSource("t.b/0/5", 0, 200 * EventTime.PerMillisecond))));
    }

    [Fact]
    public async Task A_rejected_record_is_told_with_its_reason_at_its_event_time()
    {
        WindowExplanation window = await new Recorded().Steps(0, 3, "a", "b").Add("b", 700, "not JSON").Steps(4, 12, "a", "b").ExplainAsync();

        ExplainedSample rejected = window.Inputs[1].Samples.Single(s => s.State == SampleState.Rejected);
        (rejected.Record.Place, rejected.Time).ShouldBe(("t.b/0/3", At(700)));
        rejected.Detail.ShouldStartWith("Undecodable in decode: ");
    }

    [Fact]
    public async Task A_record_without_an_event_time_is_told_at_Kafkas_timestamp()
    {
        string a = Recorded.Sensor("a").Replace("\"rateHz\"", "\"eventTime\": { \"field\": \"at\", \"format\": \"ms\" }, \"rateHz\"");
        var recorded = new Recorded($"{a}");
        for (int step = 0; step < 12; step++)
            recorded.Add("a", 200 * step, step == 3 ? """{ "v": 1 }""" : $$"""{ "v": 1, "at": {{1_700_000_000_000 + 200 * step}} }""");

        WindowExplanation window = await recorded.ExplainAsync();

        ExplainedSample rejected = window.Inputs[0].Samples.Single(s => s.State == SampleState.Rejected);
        rejected.Time.ShouldBe(At(600));
        rejected.Detail!.ShouldStartWith("BadEventTime in ingest: ");
        rejected.Detail.ShouldEndWith("; its event time is not known, and Kafka's timestamp stands for it");
    }

    [Fact]
    public async Task Readings_of_one_record_are_told_one_by_one()
    {
        string both = """{ "v": [1, 2], "rateHz": 5, "start": "2023-11-14T22:13:20Z" }""";
        WindowExplanation window = await new Recorded().Add("a", 0, both).Steps(0, 2, "b").Steps(2, 12, "a", "b").ExplainAsync();

        window.Inputs[0].Samples.Take(3).Select(s => (s.Record.Place, s.Index, s.Time, s.State)).ShouldBe(
            [("t.a/0/0", 0, At(0), SampleState.Used), ("t.a/0/0", 1, At(200), SampleState.Used), ("t.a/0/1", 0, At(400), SampleState.Used)]);
    }

    [Fact]
    public async Task The_value_of_a_table_fills_every_slot_with_its_own_event_time()
    {
        var recorded = new Recorded($"{Recorded.Sensor("a")}, {Recorded.Sensor("b", table: true)}");

        WindowExplanation window = await recorded.Add("b", -90_000).Steps(0, 40, "a").ExplainAsync();

        window.Inputs[1].Slots.ShouldAllBe(s => s.Fill == SlotFill.Held && s.Sources[0].Record == "t.b/0/0");
        (window.Inputs[1].IsTable, window.Inputs[1].Samples.Single().Time, window.Inputs[1].Samples.Single().Slots).ShouldBe((true, At(-90_000), 10));
    }

    [Theory]
    [InlineData("m", 500, "entity 'm' has no window that begins at 2023-11-14T22:13:20.500Z; the nearest begin at 2023-11-14T22:13:20Z, 2023-11-14T22:13:22Z")]
    [InlineData("x", 0, "entity 'x' has no record that can be used; expected one of m, n")]
    [InlineData("n", 0, "entity 'n' has no window that begins at 2023-11-14T22:13:20Z; the recording ends before b has passed its end, 2023-11-14T22:13:22Z; "
        + "no window of it has closed")]
    public async Task A_window_that_is_not_there_is_answered_with_what_is_there(string entity, int ms, string message)
    {
        Recorded recorded = new Recorded().Add("a", 0, entity: "n").Add("a", 2100, entity: "n").Steps(0, 22, "a", "b");

        (await Should.ThrowAsync<RecordingException>(() => recorded.ExplainAsync(ms, entity))).Message.ShouldBe(message);
    }

    private static EventTime At(int ms) => Recorded.Start + ms * EventTime.PerMillisecond;
}
