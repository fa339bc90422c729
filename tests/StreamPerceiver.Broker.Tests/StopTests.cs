using StreamPerceiver.Flow;

namespace StreamPerceiver.Broker.Tests;

/// <summary>The worker is stopped in the middle of its work, politely and otherwise, and started again.</summary>
public sealed class StopTests
{
    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sigterm_MidRun_ExitsZeroAndTheNextRunNeitherRepeatsNorMissesAWindow(bool realBroker)
    {
        using var bench = new Bench(realBroker);
        IReadOnlyList<SourceRecord> records = RealMedia.Records();
        IReadOnlyDictionary<string, string> expected = await bench.ExpectedAsync(records);
        SourceRecord[][] parts = records.Chunk(records.Count / 3 + 1).ToArray();

        bench.Client.Publish(parts[0]);
        using (WorkerProcess first = bench.StartWorker())
        {
            bench.AwaitPredictions(1, first);
            bench.Client.Publish(parts[1]);
            first.Terminate().ShouldBe(0, first.Said); // with the second part in its hands
        }

        bench.Client.Publish(parts[2]);
        using WorkerProcess second = bench.StartWorker();
        var published = bench.AwaitPredictions(expected.Count, second);
        second.Terminate().ShouldBe(0, second.Said);

        published.Select(p => p.Id).ShouldBe(expected.Keys, ignoreOrder: true);
        foreach ((string id, string value) in published) value.ShouldBe(expected[id]);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Kill_MidRun_TheNextRunMissesNoWindowAndRepeatsOnlyTheSameBytes(bool realBroker)
    {
        using var bench = new Bench(realBroker);
        IReadOnlyList<SourceRecord> records = RealMedia.Records();
        IReadOnlyDictionary<string, string> expected = await bench.ExpectedAsync(records);
        SourceRecord[][] parts = records.Chunk(records.Count / 2 + 1).ToArray();

        bench.Client.Publish(parts[0]);
        using (WorkerProcess first = bench.StartWorker())
        {
            bench.AwaitPredictions(1, first);
            first.Kill().ShouldNotBe(0);
        }

        bench.Client.Publish(parts[1]);
        using WorkerProcess second = bench.StartWorker();
        Dictionary<string, string[]> published = [];
        for (int wanted = expected.Count; published.Count < expected.Count; wanted++) // doubles count among those waited for
            published = bench.AwaitPredictions(wanted, second).GroupBy(p => p.Id).ToDictionary(g => g.Key, g => g.Select(p => p.Value).Distinct().ToArray());
        second.Terminate().ShouldBe(0, second.Said);

        published.Keys.ShouldBe(expected.Keys, ignoreOrder: true);
        foreach ((string id, string[] values) in published) values.ShouldBe([expected[id]]);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task BrokerAway_MidRun_IsWaitedForAndNothingIsLost(bool realBroker)
    {
        using var bench = new Bench(realBroker);
        IReadOnlyList<SourceRecord> records = RealMedia.Records();
        IReadOnlyDictionary<string, string> expected = await bench.ExpectedAsync(records);
        SourceRecord[][] parts = records.Chunk(records.Count / 2 + 1).ToArray();

        bench.Client.Publish(parts[0]);
        using WorkerProcess worker = bench.StartWorker();
        bench.AwaitPredictions(1, worker);
        bench.Broker.Crash();
        bench.Broker.Resume();
        bench.Client.Publish(parts[1]);

        var published = bench.AwaitPredictions(expected.Count, worker);
        worker.Terminate().ShouldBe(0, worker.Said);
        published.Select(p => p.Id).Distinct().ShouldBe(expected.Keys, ignoreOrder: true);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sigterm_BrokerAway_EndsWithinTheDrainTimeAndSaysThatItDidNotDrain(bool realBroker)
    {
        using var bench = new Bench(realBroker);
        bench.Client.Publish(RealMedia.Records());
        using WorkerProcess worker = bench.StartWorker("--Shutdown:DrainSeconds=5");
        bench.AwaitPredictions(1, worker);
        bench.Broker.Crash();

        int exitCode = worker.Terminate();

        exitCode.ShouldBe(1, worker.Said);
        worker.Said.ShouldContain("not committed");
    }

    [SkippableFact]
    public void Fault_WhileRunning_ExitsOneAndNamesTheRecordTheValueAndWhatWasExpected()
    {
        using var bench = new Bench(realBroker: false);
        string progress = bench.Definition.ProgressTopic;
        bench.Client.Publish([new SourceRecord(progress, 1, 0, 0, "door-1"u8.ToArray(), "yesterday"u8.ToArray(), [])]);

        using WorkerProcess worker = bench.StartWorker();

        worker.AwaitExit().ShouldBe(1, worker.Said);
        worker.Said.ShouldContain($"{progress}/1/0: value is 'yesterday', expected nanoseconds as decimal text under an entity's key");
    }
}
