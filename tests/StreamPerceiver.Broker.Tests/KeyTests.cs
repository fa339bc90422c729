using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json.Nodes;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Broker.Tests;

/// <summary>Keys that are no text, through the program.</summary>
public sealed class KeyTests
{
    [SkippableFact]
    public async Task KeysOfJavasLongs_AreTheEntitiesAndTheKeysOfPredictionsAgain()
    {
        Skip.If(IndependentClient.Missing is not null, IndependentClient.Missing);
        using TestBroker broker = TestBroker.Start(real: true);
        var client = new IndependentClient(broker.BootstrapServers);
        using TinyPipeline pipeline = new TinyPipeline("keys", "a", "b").With("\"key\": \"int64\"");
        foreach (InputSpec input in pipeline.Definition.Inputs) broker.CreateTopic(input.Topic, 2);
        SourceRecord[] records = [.. Records()];
        InMemoryResult expected = await pipeline.ExpectedAsync(records);
        client.Publish(records);

        WorkerProcess worker = pipeline.Start(broker, 0);
        SourceRecord[] published = pipeline.Await(client, expected.Predictions.Count, worker);
        worker.Terminate().ShouldBe(0, worker.Said);

        TinyPipeline.Predictions(published).ShouldBe(TinyPipeline.Predictions(expected));
        published.Select(p => $"{BinaryPrimitives.ReadInt64BigEndian(p.Key)}").ShouldBe(
            published.Select(p => JsonNode.Parse(p.Value)!["entity"]!.GetValue<string>()));
        published.Select(p => p.Key!.Length).Distinct().ShouldBe([8]);
        published.Select(p => p.Header("ce_id")!.Split('/')[1]).Distinct().ShouldBe(["-5", "7", "1099511627776"], ignoreOrder: true);
    }

    private static IEnumerable<SourceRecord> Records() =>
        from ms in Enumerable.Range(0, 50).Select(i => 1_700_000_000_000 + i * 200)
        from entity in new[] { -5L, 7L, 1L << 40 }
        from input in new[] { "a", "b" }
        let value = (ms / 200 % 7 + entity % 3).ToString(CultureInfo.InvariantCulture)
        select TinyPipeline.Record(input, 0, ms, $"[{value}]") with { Key = Key(entity) };

    private static byte[] Key(long entity)
    {
        var key = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(key, entity);
        return key;
    }
}
