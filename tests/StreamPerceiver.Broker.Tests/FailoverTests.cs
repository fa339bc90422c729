using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Broker.Tests;

/// <summary>One of three nodes is killed and stays away. The worker goes on with the other two, and every window comes once.</summary>
public sealed class FailoverTests
{
    private const int Lanes = 2, Entities = 6, Seconds = 24, NodeDies = 3;

    [SkippableTheory]
    [InlineData("the coordinator of the group", "classic")]
    [InlineData("the coordinator of the transactions", "classic")]
    [InlineData("the leader of an input", "classic")]
    [InlineData("the coordinator of the group", "consumer")]
    public async Task Without_one_of_three_nodes_the_worker_goes_on(string node, string protocol)
    {
        Skip.If(IndependentClient.Missing is not null, IndependentClient.Missing);
        using TestBroker broker = TestBroker.Start(real: true, nodes: 3);
        var client = new IndependentClient(broker.BootstrapServers);
        using var pipeline = new TinyPipeline("failover", "a", "b");
        foreach (InputSpec input in pipeline.Definition.Inputs) broker.CreateTopic(input.Topic, Lanes);
        SourceRecord[] records = [.. Records()];
        InMemoryResult expected = await pipeline.ExpectedAsync(records);
        WorkerProcess worker = pipeline.Start(broker, 0, protocol);
        client.Publish(records[..(records.Length / 4)]);
        pipeline.Await(client, 1, worker);

        foreach (int second in client.Feed(records[(records.Length / 4)..], speed: 2))
        {
            if (second == NodeDies) broker.Crash(NodeOf(node, broker, pipeline.Definition));
        }

        pipeline.Await(client, expected.Predictions.Count, worker);
        worker.Terminate().ShouldBe(0, worker.Said);
        TinyPipeline.Predictions(client.Read(pipeline.Definition.PredictionTopic)).ShouldBe(TinyPipeline.Predictions(expected), worker.Said);
    }

    private static int NodeOf(string node, TestBroker broker, PipelineDefinition definition) => node switch
    {
        "the coordinator of the group" => broker.LeaderOf("__consumer_offsets", CoordinatingPartition(definition.Name)),
        "the coordinator of the transactions" => broker.LeaderOf("__transaction_state", CoordinatingPartition($"{definition.Name}-worker-0")),
        _ => broker.LeaderOf(definition.Inputs[0].Topic, 0),
    };

    // As the brokers find it: the hash of a Java string, over the number of partitions, which the script sets to 4.
    private static int CoordinatingPartition(string id) => (id.Aggregate(0, (hash, c) => unchecked(31 * hash + c)) & int.MaxValue) % 4;

    private static IEnumerable<SourceRecord> Records()
    {
        long start = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 86_400 * 86_400 * 1000;
        return
            from ms in Enumerable.Range(0, Seconds * 5).Select(i => i * 200)
            from entity in Enumerable.Range(0, Entities)
            from input in new[] { "a", "b" }
            select TinyPipeline.Record(input, entity, start + ms, $"[{Math.Sin(ms * 0.001 * (entity + 3)):F5}]");
    }
}
