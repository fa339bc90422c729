using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Infer;
using StreamPerceiver.Ingest;
using StreamPerceiver.Publish;
using StreamPerceiver.TestKit;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Tests.Topology;

[Collection(Alone)]
public sealed class InMemoryRunTests : IDisposable
{
    // One of these tests listens to the meters of all pipelines of the process, so no other pipeline may run beside it.
    private const string Alone = "alone";

    [CollectionDefinition(Alone, DisableParallelization = true)]
    public sealed class OneAfterTheOther;

    private const int Seconds = 10;

    private readonly PipelineFile _file = new();
    private readonly PipelineDefinition _definition;

    public InMemoryRunTests() => _definition = _file.Read(root => root["inputs"]!.AsObject().Remove("cam"));

    public void Dispose() => _file.Dispose();

    [Fact]
    public async Task Every_record_is_accounted_for_and_every_whole_window_is_published()
    {
        SourceRecord[] records = [.. Records()];

        InMemoryResult result = await Run(records);

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
            long edge = account.Input == "imu" ? 3 * 2 : 0; // the last two readings of each machine before the open window also speak for its first steps
            (account.Held, account.Used).ShouldBe((account.Read / 5 + edge, account.Read * 4 / 5 - edge));
        }

        result.Pipeline.Stages.Select(s => s.Rejected).ShouldAllBe(rejected => rejected == 0);
        result.Pipeline.Publish.Out.ShouldBe(result.Predictions.Count);
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

        await Run(Records(), new BatchOptions { MaxWindows = 1 }, _ =>
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
        seen["streamperceiver.windows.skipped "].ShouldBe(0);
        seen["streamperceiver.batches.closed count"].ShouldBe(12); // of one window each
        (seen["streamperceiver.batches.closed deadline"], seen["streamperceiver.batches.closed end"]).ShouldBe((0, 0));
    }

    [Fact]
    public async Task Memory_is_counted_while_it_is_used_and_what_is_left_is_what_open_windows_hold()
    {
        InMemoryResult result = await Run(Records());

        const long Sample = 320; // what a sample takes beside its data
        long held = result.Accounts.Sum(a => a.Held * (Sample + (a.Input == "imu" ? 2 : 50) * sizeof(float)));
        result.Pipeline.Memory.Now.ShouldBe(held);
        result.Pipeline.Memory.Peak.ShouldBeGreaterThan(held);
    }

    [Fact]
    public async Task Bad_records_become_rejections_and_the_rest_goes_on()
    {
        SourceRecord[] good = [.. Records()];
        SourceRecord model = good.First(r => r.Topic == "t.imu");
        SourceRecord[] bad =
        [
            model with { Key = null },
            model with { Value = "not JSON"u8.ToArray() },
            model with { Value = null },
            model with { Headers = [] },
            model with { Headers = [.. model.Headers, new("ce_time", "yesterday"u8.ToArray())] },
            model with { Value = "[1,2,3]"u8.ToArray() },
        ];

        InMemoryResult result = await Run(Offsets([.. bad, .. good]));

        result.Rejections.Select(r => r.Reason).ShouldBe(
        [
            RejectionReason.MissingKey, RejectionReason.Undecodable, RejectionReason.EmptyPayload, RejectionReason.UnknownContentType,
            RejectionReason.BadEventTime, RejectionReason.WrongShape,
        ]);
        result.Rejections.Select(r => r.Record.Offset).ShouldBe([0, 1, 2, 3, 4, 5]);
        result.Rejections.Select(r => r.Stage).ShouldBe(["ingest", "decode", "decode", "decode", "ingest", "decode"]);
        RecordAccount.ByInput(result.Accounts).Single(a => a.Input == "imu")
            .ShouldSatisfyAllConditions(a => a.Rejected.ShouldBe(6), a => a.Balances.ShouldBeTrue());
        InMemoryResult without = await Run(good);
        Values(result).ShouldBe(Values(without));
        result.Pipeline.Memory.Now.ShouldBe(without.Pipeline.Memory.Now); // nothing of a record is left once it is rejected
    }

    [Fact]
    public async Task Late_records_go_to_the_late_topic_where_there_is_one()
    {
        SourceRecord[] records = [.. Records()];
        SourceRecord late = records.First(r => r.Topic == "t.imu");
        SourceRecord[] all = [.. Offsets([.. records, late])];

        InMemoryResult counted = await Run(all);
        InMemoryResult kept = await Run(all, definition: _definition with { LateTopic = "t.late" });

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
        IReadOnlyList<string> alone = Values(await Run(Records(), new BatchOptions { MaxWindows = 1 }));

        alone.Distinct().Count().ShouldBe(12);
        foreach ((int windows, int wait) in new[] { (2, 20), (3, 0), (5, 5000), (64, 5000) })
            Values(await Run(Records(), new BatchOptions { MaxWindows = windows, MaxWaitMs = wait })).ShouldBe(alone, $"{windows} windows, {wait} ms");
    }

    [Fact]
    public async Task Batches_close_when_full_or_at_the_end()
    {
        InMemoryResult result = await Run(Records(), new BatchOptions { MaxWindows = 5, MaxWaitMs = 5000 });

        (result.Pipeline.BatchesClosed(BatchCloseReason.Count), result.Pipeline.BatchesClosed(BatchCloseReason.End)).ShouldBe((2, 1));
        (result.Pipeline.Batch.In, result.Pipeline.Batch.Out, result.Pipeline.Infer.Out).ShouldBe((12, 3, 12));
    }

    [Fact]
    public async Task A_model_that_throws_ends_the_run_with_its_exception()
    {
        var bug = new InvalidOperationException("the model is broken");
        int runs = 0;

        InvalidOperationException thrown = await Should.ThrowAsync<InvalidOperationException>(() => Run(
            Records(), new BatchOptions { MaxWindows = 1 }, _ => { if (++runs == 3) throw bug; }));

        thrown.ShouldBeSameAs(bug);
    }

    [Fact]
    public async Task A_poison_window_is_set_aside_with_its_records_and_the_rest_is_as_ever()
    {
        IReadOnlyList<string> undisturbed = Values(await Run(Records()));

        InMemoryResult result = await Run(Records(), beforeRun: batch =>
        {
            if (batch.Windows.Any(w => w.Value!.Header is { Entity: "press-1", End.Nanoseconds: 4 * EventTime.PerSecond }))
                throw new DeviceException("out of memory");
        });

        PoisonWindow poison = result.PoisonWindows.ShouldHaveSingleItem();
        (poison.Window.Entity, poison.Window.End, poison.Detail).ShouldBe(("press-1", new EventTime(4 * EventTime.PerSecond), "out of memory"));
        Values(result)
            .ShouldBe(
                undisturbed.Where(
                    v => !(v.Contains("\"press-1\"", StringComparison.Ordinal) && v.Contains("\"end\":\"1970-01-01T00:00:04Z\"", StringComparison.Ordinal))));
        (result.Predictions.Count, result.Pipeline.Infer.Rejected).ShouldBe((11, 1L));
        result.Accounts.ShouldAllBe(a => a.Balances);

        // 2 s of one machine, less the last two readings, which the next window took in as well.
        RecordAccount.ByInput(result.Accounts).Select(a => (a.Input, a.Rejected)).ShouldBe([("imu", 8L), ("sound", 4L)]);
    }

    [Fact]
    public async Task At_the_end_an_input_without_any_record_is_not_waited_for()
    {
        PipelineDefinition optional = _definition with
        {
            Inputs = [.. _definition.Inputs.Select(i => i with { Required = false })],
            Align = _definition.Align with { IdleAfterNs = EventTime.PerSecond },
        };

        InMemoryResult result = await Run(Records().Where(r => r.Topic == "t.imu"), definition: optional);

        result.Predictions.ShouldNotBeEmpty();
        result.Predictions.ShouldAllBe(p => p.Header.ClosedBy == CloseReason.Idle && p.Header.Inputs.Single(i => i.Present).Name == "imu");
    }

    [Fact]
    public async Task No_records_give_nothing()
    {
        InMemoryResult result = await Run([]);

        (result.Predictions.Count, result.Rejections.Count, result.Accounts.Sum(a => a.Read)).ShouldBe((0, 0, 0L));
    }

    [Fact]
    public async Task A_record_of_another_topic_ends_the_run_with_its_name()
        => (await Should.ThrowAsync<StreamPerceiverException>(() => Run([.. Records().Take(1).Select(r => r with { Topic = "t.other" })])))
            .Message.ShouldContain("t.other/0/0: not an input of the pipeline, expected one of t.imu, t.sound");

    [Fact]
    public async Task A_list_that_fails_ends_the_run_with_its_exception()
        => await Should.ThrowAsync<InvalidDataException>(() => Run(Failing()));

    private static IEnumerable<SourceRecord> Failing()
    {
        yield return Records().First();
        throw new InvalidDataException("the recording is damaged");
    }

    private Task<InMemoryResult> Run(
        IEnumerable<SourceRecord> records, BatchOptions? batch = null, Action<TokenBatch>? beforeRun = null, PipelineDefinition? definition = null)
        => InMemoryRun.RunAsync(
            definition ?? _definition,
            new StubPerceiver(_definition.Inputs, _definition.Align.Plan.SizeNs) { BeforeRun = beforeRun ?? (_ => { }) },
            batch ?? new BatchOptions(),
            records,
            new FakeTimeProvider());

    private static IReadOnlyList<string> Values(InMemoryResult result)
        => [.. result.Predictions.Select(p => Encoding.UTF8.GetString(PredictionRecord.Value(p)))];

    /// <summary>Three machines in two lanes: a reading every 200 ms, and sound of 100 Hz in chunks of 500 ms.</summary>
    private static IEnumerable<SourceRecord> Records()
        => Offsets(
            from ms in Enumerable.Range(0, Seconds * 10).Select(i => i * 100)
            from machine in Enumerable.Range(0, 3)
            from record in new[]
            {
                (At: 200, Record("t.imu", machine, ms, "application/json", $$"""{"x":{{machine}},"y":{{ms}}}""")),
                (At: 500, Record("t.sound", machine, ms, "audio/pcm;rate=100;channels=1;format=s16le", new string((char)('A' + machine), 100))),
            }
            where ms % record.At == 0
            select record.Item2);

    private static SourceRecord Record(string topic, int machine, int ms, string contentType, string payload)
        => new(topic, machine % 2, 0, ms, Encoding.UTF8.GetBytes($"press-{machine}"), Encoding.UTF8.GetBytes(payload),
            [new("content-type", Encoding.UTF8.GetBytes(contentType))]);

    private static IEnumerable<SourceRecord> Offsets(IEnumerable<SourceRecord> records)
    {
        Dictionary<string, long> next = [];
        foreach (SourceRecord record in records)
        {
            next[record.Topic] = next.GetValueOrDefault(record.Topic, -1) + 1;
            yield return record with { Offset = next[record.Topic] };
        }
    }
}
