using System.Text.Json.Nodes;
using StreamPerceiver.Flow;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Broker.Tests;

/// <summary>Two pipelines in one worker: what each publishes is what it publishes alone, whatever becomes of the worker or of the other one.</summary>
public sealed class SeveralPipelinesTests
{
    private const int Lanes = 2, Entities = 5;

    [SkippableFact]
    public async Task Kill_AgainAndAgain_AReaderOfCommittedRecordsSeesEveryWindowOfBothOnce()
    {
        const int Seconds = 30;
        int[] killedAt = [6, 13, 20];
        using TestBroker broker = Start(real: true);
        var client = new IndependentClient(broker.BootstrapServers);
        using var left = new TinyPipeline("left", "a", "b");
        using var right = new TinyPipeline("right", "b", "c"); // both read b
        foreach (string input in new[] { "a", "b", "c" }) broker.CreateTopic($"tiny.{input}", Lanes);
        SourceRecord[] records = [.. Readings(Seconds, "a", "b", "c")];
        InMemoryResult expectedLeft = await left.ExpectedAsync(records.Where(r => r.Topic != "tiny.c"));
        InMemoryResult expectedRight = await right.ExpectedAsync(records.Where(r => r.Topic != "tiny.a"));

        WorkerProcess worker = left.StartWith(right.Definition, broker);
        foreach (int second in client.Feed(records, speed: 2))
        {
            if (!killedAt.Contains(second)) continue;
            left.Await(client, 1, worker);
            right.Await(client, 1, worker);
            worker.Kill().ShouldNotBe(0);
            worker = left.StartWith(right.Definition, broker);
        }

        left.Await(client, expectedLeft.Predictions.Count, worker);
        right.Await(client, expectedRight.Predictions.Count, worker);
        worker.Terminate().ShouldBe(0, worker.Said);

        TinyPipeline.Predictions(client.Read(left.Definition.PredictionTopic)).ShouldBe(TinyPipeline.Predictions(expectedLeft), worker.Said);
        TinyPipeline.Predictions(client.Read(right.Definition.PredictionTopic)).ShouldBe(TinyPipeline.Predictions(expectedRight), worker.Said);
    }

    [SkippableFact]
    public async Task A_model_that_poisons_every_window_takes_nothing_from_the_pipeline_beside_it()
    {
        const int Seconds = 60;
        using TestBroker broker = Start(real: true);
        var client = new IndependentClient(broker.BootstrapServers);
        using var healthy = new TinyPipeline("healthy", "a");
        using var poison = new PoisonPipeline();
        foreach (string topic in new[] { "tiny.a", PoisonPipeline.Topic }) broker.CreateTopic(topic, Lanes);
        SourceRecord[] readings = [.. Readings(Seconds, "a")];
        SourceRecord[] texts = [.. Readings(Seconds, "a").Select(r => PoisonPipeline.Record(r.Key!, r.TimestampMs))];
        InMemoryResult expected = await healthy.ExpectedAsync(readings);
        string[] poisoned = await poison.ExpectedAsync(texts);
        poisoned.Length.ShouldBeGreaterThan(Entities * (Seconds - 2));

        client.Publish([.. texts, .. readings]);
        WorkerProcess worker = healthy.StartWith(poison.Definition, broker);
        healthy.Await(client, expected.Predictions.Count, worker);
        string[] letters = Letters();
        for (int attempt = 0; attempt < 600 && letters.Length < poisoned.Length; attempt++) letters = Letters();
        worker.Terminate().ShouldBe(0, worker.Said);

        TinyPipeline.Predictions(client.Read(healthy.Definition.PredictionTopic)).ShouldBe(TinyPipeline.Predictions(expected), worker.Said);
        Letters().ShouldBe(poisoned, worker.Said);
        client.Read(healthy.Definition.DeadLetterTopic).ShouldBeEmpty();
        client.Read(poison.Definition.PredictionTopic).ShouldBeEmpty();

        string[] Letters() => [.. client.Read(poison.Definition.DeadLetterTopic).Select(l => JsonNode.Parse(l.Value)!)
            .Select(l => $"{l["entity"]} {l["window"]!["end"]}").Order(StringComparer.Ordinal)];
    }

    [SkippableTheory]
    [InlineData("continue")]
    [InlineData("stop")]
    public async Task A_pipeline_that_is_refused_leaves_the_other_to_the_settings_and_the_exit_code_is_2(string onFault)
    {
        using TestBroker broker = Start(real: false);
        var client = new IndependentClient(broker.BootstrapServers);
        using var good = new TinyPipeline("good", "a");
        using var broken = new TinyPipeline("broken", "a");
        foreach (string topic in new[] { good, broken }.SelectMany(p => p.Definition.WrittenTopics).Append("tiny.a")) broker.CreateTopic(topic, Lanes);
        File.WriteAllText(Path.Combine(broken.Definition.ModelDirectory, "model.safetensors"), "no weights");
        SourceRecord[] records = [.. Readings(seconds: 10, "a")];
        InMemoryResult expected = await good.ExpectedAsync(records);
        client.Publish(records);

        WorkerProcess worker = good.StartWith(broken.Definition, broker, $"--Shutdown:OnPipelineFault={onFault}");

        if (onFault == "stop")
        {
            worker.AwaitExit().ShouldBe(2, worker.Said);
            worker.Said.ShouldContain("pipeline broken has ended and Shutdown:OnPipelineFault is stop: good will drain and stop as well");
            return;
        }

        SourceRecord[] published = good.Await(client, expected.Predictions.Count, worker);
        worker.Terminate().ShouldBe(2, worker.Said);
        worker.Said.ShouldContain("pipeline broken has ended, the worker goes on with good; its exit code will not be 0");
        worker.Said.ShouldContain("pipeline good has drained");
        TinyPipeline.Predictions(published).ShouldBe(TinyPipeline.Predictions(expected));
    }

    private static long Begin { get; } = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 86_400 * 86_400 * 1000;

    private static TestBroker Start(bool real)
    {
        Skip.If(IndependentClient.Missing is not null, IndependentClient.Missing);
        return TestBroker.Start(real);
    }

    private static IEnumerable<SourceRecord> Readings(int seconds, params string[] inputs) =>
        from ms in Enumerable.Range(0, seconds * 5).Select(i => i * 200)
        from entity in Enumerable.Range(0, Entities)
        from input in inputs
        select TinyPipeline.Record(input, entity, Begin + ms, $"[{Math.Sin(ms * 0.001 * (entity + 2)):F5}]");
}
