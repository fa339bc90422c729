using System.Diagnostics.Metrics;
using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Tests.Topology;

[Collection(Alone)]
public sealed class InMemoryRunTests : IDisposable
{
    // One of these tests listens to the meters of all pipelines of the process, so no other pipeline may run beside it.
    private const string Alone = "alone";

    [CollectionDefinition(Alone, DisableParallelization = true)]
    public sealed class OneAfterTheOther;

    private readonly Presses _presses = new();

    public void Dispose() => _presses.Dispose();

    [Fact]
    public async Task Every_record_is_accounted_for_and_every_whole_window_is_published()
    {
        SourceRecord[] records = [.. Presses.Records()];

        InMemoryResult result = await _presses.RunAsync(records);

        // Windows of 2 s over 10 s. The last one stays open: no input has passed its end, and none is idle.
        result.Predictions.Select(p => p.Id).Order().ShouldBe(
            from entity in new[] { "press-0", "press-1", "press-2" }
            from end in new[] { 2, 4, 6, 8 }
            orderby $"press/{entity}/{end}"
            select $"press/{entity}/{end}000000000");
        result.Predictions.SelectMany(p => p.Header.Inputs).ShouldAllBe(i => i.Coverage == 1);
        result.Rejections.ShouldBeEmpty();
        foreach (RecordAccount account in RecordAccount.ByInput(result.Accounts))
        {
            account.Balances.ShouldBeTrue();
            account.Read.ShouldBe(records.Count(r => r.Topic == $"t.{account.Input}"));
            long edge = account.Input == "imu" ? 3 : 0; // the last reading of each machine before the open window also counts for its first steps
            (account.Held, account.Used).ShouldBe((account.Read / 5 + edge, account.Read * 4 / 5 - edge));
        }

        result.Pipeline.Stages.Select(s => s.Rejected).ShouldAllBe(rejected => rejected == 0);
        result.Pipeline.Publish.Out.ShouldBe(result.Predictions.Count);
    }

    // As a Java program writes that has numbers for keys and sends no headers.
    [Fact]
    public async Task Keys_that_are_numbers_and_records_without_a_content_type_give_the_same_windows()
    {
        PipelineDefinition definition = _presses.Definition with
        {
            Keys = KeyFormat.IntegerOf8Bytes,
            Inputs = [.. _presses.Definition.Inputs.Select(input => input with
            {
                DefaultContentType = input.Name == "imu" ? "application/json" : "audio/pcm;rate=100;channels=1;format=s16le",
            })],
        };
        SourceRecord[] records = [.. Presses.Records()];

        InMemoryResult result = await _presses.RunAsync(
            records.Select(r => r with { Key = [0, 0, 0, 0, 0, 0, 0, (byte)(r.Key![^1] - '0')], Headers = [] }), definition: definition);

        InMemoryResult texts = await _presses.RunAsync(records);
        Presses.Values(result).ShouldBe(Presses.Values(texts).Select(value => value.Replace("press-", "", StringComparison.Ordinal)));
        result.Rejections.ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task Metrics_say_what_became_of_every_record_by_input_and_partition()
    {
        string[] outcomes = ["used", "late", "rejected", "skipped"];
        Dictionary<string, long> seen = [];
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == PipelineMetrics.MeterName) l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>(
            (instrument, value, tags, _) => seen[$"{instrument.Name} {string.Join(' ', tags.ToArray().Select(t => t.Value))}"] = value);
        listener.Start();
        int windows = 0;

        await _presses.RunAsync(Presses.Records(), new BatchOptions { MaxWindows = 1 }, _ =>
        {
            if (++windows < 12) return;
            do listener.RecordObservableInstruments(); // the last window waits here, until all is read and the windows before it are out
            while (!Partitions().All(p => Read(p) == Expected(p) && Settled(p, "used") > 0 && Read(p) == Held(p) + outcomes.Sum(o => Settled(p, o))));
        });

        (string Input, int Number)[] Partitions() => [("imu", 0), ("imu", 1), ("sound", 0), ("sound", 1)];
        long Expected((string Input, int Number) p) => (p.Input == "imu" ? 50 : 20) * (p.Number == 0 ? 2 : 1);
        long Read((string Input, int Number) p) => seen[$"streamperceiver.records.read {p.Input} {p.Number}"];
        long Held((string Input, int Number) p) => seen[$"streamperceiver.records.held {p.Input} {p.Number}"];
        long Settled((string Input, int Number) p, string outcome) => seen[$"streamperceiver.records.settled {p.Input} {p.Number} {outcome}"];

        seen["streamperceiver.stage.in infer"].ShouldBe(12);
        (seen["streamperceiver.windows.skipped "], seen["streamperceiver.points.dropped "]).ShouldBe((0, 0));
        seen["streamperceiver.batches.closed count"].ShouldBe(12); // of one window each
        (seen["streamperceiver.batches.closed deadline"], seen["streamperceiver.batches.closed end"]).ShouldBe((0, 0));
    }

    [Fact]
    public async Task Memory_is_counted_while_it_is_used_and_what_is_left_is_what_open_windows_hold()
    {
        InMemoryResult result = await _presses.RunAsync(Presses.Records());

        const long Sample = 320; // what a sample takes beside its data
        long held = result.Accounts.Sum(a => a.Held * (Sample + (a.Input == "imu" ? 2 : 50) * sizeof(float)));
        result.Pipeline.Memory.BytesInUse.ShouldBe(held);
        result.Pipeline.Memory.PeakBytesInUse.ShouldBeGreaterThan(held);
    }

    [Fact]
    public async Task Late_records_go_to_the_late_topic_where_there_is_one()
    {
        SourceRecord[] records = [.. Presses.Records()];
        SourceRecord late = records.First(r => r.Topic == "t.imu");
        SourceRecord[] all = [.. Presses.Offsets([.. records, late])];

        InMemoryResult counted = await _presses.RunAsync(all);
        InMemoryResult kept = await _presses.RunAsync(all, definition: _presses.Definition with { LateTopic = "t.late" });

        (counted.Late.Count, kept.Late.Count).ShouldBe((0, 1));
        kept.Late[0].Record.ShouldBeEquivalentTo(late with { Offset = all[^1].Offset });
        kept.Late[0].Detail.ShouldBe("event time is 1970-01-01T00:00:00Z, and the input imu of press-0 has passed 1970-01-01T00:00:09.800Z");
        foreach (InMemoryResult result in new[] { counted, kept })
            RecordAccount.ByInput(result.Accounts).Single(a => a.Input == "imu")
                .ShouldSatisfyAllConditions(a => a.Late.ShouldBe(1), a => a.Balances.ShouldBeTrue());
    }

    [Fact]
    public async Task The_result_does_not_depend_on_how_windows_are_batched()
    {
        IReadOnlyList<string> alone = Presses.Values(await _presses.RunAsync(Presses.Records(), new BatchOptions { MaxWindows = 1 }));

        alone.Distinct().Count().ShouldBe(12);
        foreach ((int windows, int wait) in new[] { (2, 20), (3, 0), (5, 5000), (64, 5000) })
        {
            InMemoryResult result = await _presses.RunAsync(Presses.Records(), new BatchOptions { MaxWindows = windows, MaxWaitMs = wait });
            Presses.Values(result).ShouldBe(alone, $"{windows} windows, {wait} ms");
        }
    }

    [Fact]
    public async Task Batches_close_when_full_or_at_the_end()
    {
        InMemoryResult result = await _presses.RunAsync(Presses.Records(), new BatchOptions { MaxWindows = 5, MaxWaitMs = 5000 });

        (result.Pipeline.BatchesClosed(BatchCloseReason.Count), result.Pipeline.BatchesClosed(BatchCloseReason.End)).ShouldBe((2, 1));
        (result.Pipeline.Batch.In, result.Pipeline.Batch.Out, result.Pipeline.Infer.Out).ShouldBe((12, 3, 12));
    }

    [Fact]
    public async Task At_the_end_an_input_without_any_record_is_not_waited_for()
    {
        PipelineDefinition optional = _presses.Definition with
        {
            Inputs = [.. _presses.Definition.Inputs.Select(i => i with { Required = false })],
            Align = _presses.Definition.Align with { IdleAfterNs = EventTime.PerSecond },
        };

        InMemoryResult result = await _presses.RunAsync(Presses.Records().Where(r => r.Topic == "t.imu"), definition: optional);

        result.Predictions.ShouldNotBeEmpty();
        result.Predictions.ShouldAllBe(p => p.Header.ClosedBy == CloseReason.Idle && p.Header.Inputs.Single(i => i.Present).Name == "imu");
    }

    [Fact]
    public async Task No_records_give_nothing()
    {
        InMemoryResult result = await _presses.RunAsync([]);

        (result.Predictions.Count, result.Rejections.Count, result.Accounts.Sum(a => a.Read)).ShouldBe((0, 0, 0L));
    }
}
