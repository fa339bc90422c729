using StreamPerceiver.TestKit;

namespace StreamPerceiver.Broker.Tests;

/// <summary>
/// Every format and every answer through Apache Kafka, in a worker that is killed in the middle. Debian's Python libraries write the records, and a network in
/// NumPy has the numbers of the predictions.
/// </summary>
public sealed class IndependentNetworkTests : IDisposable
{
    private const string Sizes = """
        "model_type": "stream_perceiver", "num_latents": 4, "d_latents": 8, "num_self_attends_per_block": 1, "num_self_attention_heads": 2,
        "num_cross_attention_heads": 1, "output_num_channels": 8
        """;

    private const string Forecast = """
        "forecast": { "type": "values", "queries": 3, "values": 2, "names": ["x", "y"], "mean": [1, 2], "deviation": [3, 4] }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("independent-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public void Every_format_of_a_sensor_gives_each_window_once_with_the_numbers_of_the_network()
    {
        const string script = "formats.py";
        IndependentScript.Require("avro, cbor2, confluent_kafka, google.protobuf, msgpack, numpy");
        WorkerProcess.InitModel(Path.Combine(_folder, "model"), $$"""
            {
              {{Sizes}},
              "inputs": { "signal": { "type": "series", "steps": 10, "channels": 2, "num_bands": 2, "mean": [0.5, -0.25], "deviation": [2, 0.5] } },
              "outputs": {
                "state": { "type": "classification", "labels": ["low", "high", "off"] },
                "alarms": { "type": "classification", "labels": ["hot", "wet"], "problem_type": "multi_label_classification" },
                {{Forecast}}
              }
            }
            """);
        string[] formats = IndependentScript.Run(script, "pipelines", _folder).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        using TestBroker broker = TestBroker.Start(real: true);
        using var registry = new SchemaRegistryServer();
        foreach (string format in formats) broker.CreateTopic($"readings.{format}", partitions: 2);

        IndependentScript.RunWorkerWithAKill(script, broker, () => Start(broker, formats, $"--SchemaRegistry:Url={registry.Url}"), registry.Url);

        IndependentScript.Run(script, "check", broker.BootstrapServers, _folder).ShouldContain($"of {formats.Length} formats");
    }

    [SkippableFact]
    public void Every_kind_of_output_gives_each_window_once_with_the_numbers_of_the_network()
    {
        const string script = "answers.py";
        IndependentScript.Require("confluent_kafka, numpy");
        WorkerProcess.InitModel(Path.Combine(_folder, "model"), $$"""
            {
              {{Sizes}},
              "inputs": {
                "clip": { "type": "video", "frames": 4, "height": 8, "width": 12, "patch_size": 4, "num_bands": 2 },
                "words": { "type": "text", "length": 16, "channels": 6 },
                "things": { "type": "set", "slots": 5, "channels": 3 }
              },
              "outputs": {
                "frames": { "type": "video", "shape": [4, 8, 12], "num_bands": 2, "max_resolution": [4, 8, 12] },
                "sound": { "type": "audio", "patches": 20, "samples_per_patch": 8, "num_bands": 2, "max_resolution": 20 },
                "filled": { "type": "text", "input": "words", "length": 16, "channels": 6 },
                "flow": { "type": "dense", "input": "clip", "channels": 2 },
                "each": { "type": "entities", "input": "things", "channels": 4, "pooled_channels": 3 },
                "state": { "type": "classification", "labels": ["a", "b", "c", "d"] },
                {{Forecast}}
              }
            }
            """);
        IndependentScript.Run(script, "pipelines", _folder);
        using TestBroker broker = TestBroker.Start(real: true);
        foreach (string input in new[] { "clip", "things", "words" }) broker.CreateTopic($"answers.{input}", partitions: 2);

        IndependentScript.RunWorkerWithAKill(script, broker, () => Start(broker, ["arrays", "rendered"]));

        IndependentScript.Run(script, "check", broker.BootstrapServers, _folder).ShouldContain("windows of 2 pipelines");
    }

    private WorkerProcess Start(TestBroker broker, string[] pipelines, params string[] settings) => WorkerProcess.Run(
        broker.BootstrapServers, Path.Combine(_folder, $"{pipelines[0]}.json"),
        [.. pipelines.Skip(1).Select((name, i) => $"--Pipelines:{i + 1}={_folder}/{name}.json"), "--Inference:Threads=1", .. settings]);
}
