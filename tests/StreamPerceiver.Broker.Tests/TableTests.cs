using System.Text.Json.Nodes;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Broker.Tests;

/// <summary>A compacted topic as a table beside a sensor, through the program.</summary>
public sealed class TableTests
{
    private const long Start = 1_700_000_000_000;
    private const long Change = Start + 12_000;

    [SkippableFact]
    public async Task A_table_is_complete_after_a_kill_and_each_window_has_the_values_of_its_own_time()
    {
        Skip.If(IndependentClient.Missing is not null, IndependentClient.Missing);
        using TestBroker broker = TestBroker.Start(real: true);
        var client = new IndependentClient(broker.BootstrapServers);
        using TinyPipeline pipeline = new TinyPipeline("machines", "a", "b").WithTable("b");
        foreach (InputSpec input in pipeline.Definition.Inputs) broker.CreateTopic(input.Topic, 2);
        broker.Configure("tiny.b", "cleanup.policy", "compact");
        SourceRecord[] values = [.. Enumerable.Range(0, 5).Select(entity => TinyPipeline.Record("b", entity, Start - 3_600_000, $"[{entity}]"))];
        SourceRecord[] changes = [TinyPipeline.Record("b", 1, Change, "[-7]"), TinyPipeline.Record("b", 2, Change, "") with { Value = null }];
        SourceRecord[][] readings = [[.. Readings(Start, Change)], [.. Readings(Change, Change + 12_000)]];
        InMemoryResult expected = await pipeline.ExpectedAsync([.. values, .. readings[0], .. changes, .. readings[1]]);

        client.Publish([.. values, .. readings[0]]);
        WorkerProcess first = pipeline.Start(broker, 0);
        pipeline.Await(client, 20, first);
        first.Kill().ShouldNotBe(0);
        client.Publish([.. changes, .. readings[1]]);
        WorkerProcess second = pipeline.Start(broker, 0);
        SourceRecord[] published = pipeline.Await(client, expected.Predictions.Count, second);
        second.Terminate().ShouldBe(0, second.Said);

        TinyPipeline.Predictions(published).ShouldBe(TinyPipeline.Predictions(expected));
        JsonNode[] without = [.. published.Select(p => JsonNode.Parse(p.Value)!).Where(p => !p["inputs"]!["b"]!["present"]!.GetValue<bool>())];
        without.Select(p => p["entity"]!.GetValue<string>()).Distinct().ShouldBe(["machine-2"]); // its value is deleted from the change on
        without.Select(p => p["window"]!["end"]!.GetValue<DateTimeOffset>().ToUnixTimeMilliseconds()).Min().ShouldBe(Change + 1000);
    }

    private static IEnumerable<SourceRecord> Readings(long begin, long end) =>
        from step in Enumerable.Range(0, (int)(end - begin) / 200)
        from entity in Enumerable.Range(0, 5)
        select TinyPipeline.Record("a", entity, begin + 200 * step, $"[{(step + entity) % 5}]");
}
