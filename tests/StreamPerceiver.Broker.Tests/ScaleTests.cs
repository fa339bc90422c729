using StreamPerceiver.Flow;

namespace StreamPerceiver.Broker.Tests;

/// <summary>The number of workers and the times of their starts do not change what is published.</summary>
public sealed class ScaleTests
{
    private static readonly long Start = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 86_400 * 86_400 * 1000;

    [SkippableTheory]
    [InlineData("classic")]
    [InlineData("consumer")]
    public async Task One_two_or_four_workers_publish_the_same_of_the_same_records(string protocol)
    {
        Skip.If(IndependentClient.Missing is not null, IndependentClient.Missing);
        using TestBroker broker = TestBroker.Start(real: true);
        var client = new IndependentClient(broker.BootstrapServers);
        foreach (string input in new[] { "a", "b" }) broker.CreateTopic($"tiny.{input}", 4);
        SourceRecord[] records = [.. Records(30, entities: 9, "a", "b")];
        client.Publish(records);

        foreach (int count in new[] { 1, 2, 4 })
        {
            using var pipeline = new TinyPipeline($"scale-{count}", "a", "b");
            string[] expected = TinyPipeline.Predictions(await pipeline.ExpectedAsync(records));
            WorkerProcess[] workers = [.. Enumerable.Range(0, count).Select(i => pipeline.Start(broker, i, protocol))];
            pipeline.Await(client, expected.Length, workers);
            foreach (WorkerProcess worker in workers) worker.Terminate().ShouldBe(0, worker.Said);

            TinyPipeline.Predictions(client.Read(pipeline.Definition.PredictionTopic)).ShouldBe(expected, $"{count} workers");
        }
    }

    [SkippableFact]
    public async Task Restart_OneTopicCaughtUpAndOneEmpty_GoesOnWithoutAStall()
    {
        Skip.If(IndependentClient.Missing is not null, IndependentClient.Missing);
        using TestBroker broker = TestBroker.Start(real: true);
        var client = new IndependentClient(broker.BootstrapServers);
        foreach (string input in new[] { "a", "b" }) broker.CreateTopic($"tiny.{input}", 1);
        using var pipeline = new TinyPipeline("restart", "a", "b");
        SourceRecord[] records = [.. Records(24, entities: 2, "a")]; // tiny.b gets no record
        int seen = 0;
        foreach (SourceRecord[] part in records.Chunk(records.Length / 3))
        {
            client.Publish(part);
            WorkerProcess worker = pipeline.Start(broker, 0);
            pipeline.Await(client, seen + 1, worker); // something of this part, with no word from tiny.b
            worker.Terminate().ShouldBe(0, worker.Said);
            seen = client.Read(pipeline.Definition.PredictionTopic).Count;
        }

        string[] published = TinyPipeline.Predictions(client.Read(pipeline.Definition.PredictionTopic));
        published.ShouldBeUnique();
        published.ShouldBeSubsetOf(TinyPipeline.Predictions(await pipeline.ExpectedAsync(records))); // what is still open at the end may be missing
    }

    private static IEnumerable<SourceRecord> Records(int seconds, int entities, params string[] inputs) =>
        from ms in Enumerable.Range(0, seconds * 5).Select(i => i * 200)
        from entity in Enumerable.Range(0, entities)
        from input in inputs
        select TinyPipeline.Record(input, entity, Start + ms, $"[{Math.Cos(ms * 0.001 * (entity + 2)):F5}]");
}
