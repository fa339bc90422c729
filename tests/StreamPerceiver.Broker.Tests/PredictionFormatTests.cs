using System.Text.Json.Nodes;
using Avro.Generic;
using Confluent.Kafka;
using Confluent.SchemaRegistry;
using Confluent.SchemaRegistry.Serdes;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.TestKit;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Broker.Tests;

/// <summary>Predictions in Avro on a topic of Apache Kafka, read as any consumer of Confluent's reads them.</summary>
public sealed class PredictionFormatTests
{
    [SkippableFact]
    public async Task Predictions_in_Avro_come_once_after_a_kill_and_Confluents_deserializer_reads_the_values_of_the_json()
    {
        Skip.If(IndependentClient.Missing is not null, IndependentClient.Missing);
        using TestBroker broker = TestBroker.Start(real: true);
        using var server = new SchemaRegistryServer();
        var client = new IndependentClient(broker.BootstrapServers);
        using TinyPipeline pipeline = new TinyPipeline("formats", "a", "b").WithFormat("avro");
        foreach (InputSpec input in pipeline.Definition.Inputs) broker.CreateTopic(input.Topic, 2);
        SourceRecord[] records = [.. Records()];
        InMemoryResult expected = await pipeline.ExpectedAsync(records);

        client.Publish(records[..(records.Length / 2)]);
        WorkerProcess first = pipeline.Start(broker, 0, "classic", $"--SchemaRegistry:Url={server.Url}");
        pipeline.Await(client, 10, first);
        first.Kill().ShouldNotBe(0);
        client.Publish(records[(records.Length / 2)..]);
        WorkerProcess second = pipeline.Start(broker, 0, "classic", $"--SchemaRegistry:Url={server.Url}");
        SourceRecord[] published = pipeline.Await(client, expected.Predictions.Count, second);
        second.Terminate().ShouldBe(0, second.Said);

        published.Select(p => p.Header("content-type")).Distinct().ShouldBe(["application/avro"]);
        using var registry = new CachedSchemaRegistryClient(new SchemaRegistryConfig { Url = server.Url });
        var avro = new AvroDeserializer<GenericRecord>(registry);
        List<string> read = [];
        foreach (SourceRecord p in published)
        {
            GenericRecord prediction = await avro.DeserializeAsync(p.Value, isNull: false, new SerializationContext(MessageComponentType.Value, p.Topic));
            var label = (GenericRecord)((object[])((GenericRecord)((GenericRecord)prediction["outputs"])["state"])["labels"])[0];
            read.Add($"{p.Header("ce_id")} {prediction["entity"]} {label["label"]} {label["probability"]}");
        }

        read.Order(StringComparer.Ordinal).ShouldBe(TinyPipeline.Predictions(expected).Select(FirstLabel));
    }

    private static string FirstLabel(string line)
    {
        string[] parts = line.Split(' ', 2);
        JsonNode prediction = JsonNode.Parse(parts[1])!, label = prediction["outputs"]!["state"]!["labels"]![0]!;
        return $"{parts[0]} {prediction["entity"]} {label["label"]} {label["probability"]!.GetValue<float>()}";
    }

    private static IEnumerable<SourceRecord> Records() =>
        from step in Enumerable.Range(0, 60)
        from entity in Enumerable.Range(0, 3)
        from input in new[] { "a", "b" }
        select TinyPipeline.Record(input, entity, 1_700_000_000_000 + 200 * step, $"[{(step + entity) % 7}]");
}
