namespace StreamPerceiver.Broker.Tests;

/// <summary>
/// The official optical flow model with made weights and small pictures, through Apache Kafka: segments of a street scene go in, and the flow from each frame
/// to the next one comes out, as numbers and by the colour wheel. A network and a wheel in NumPy have the numbers. Untrained flow has no meaning.
/// </summary>
public sealed class OpticalFlowTests : IDisposable
{
    private const string Script = "flow.py";

    private readonly string _folder = Directory.CreateTempSubdirectory("flow-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public void Segments_of_a_street_scene_give_the_flow_of_each_pair_of_frames_once_with_the_numbers_and_the_colours_of_the_network()
    {
        Skip.If(RealMedia.Missing is not null, RealMedia.Missing);
        IndependentScript.Require("confluent_kafka, numpy");
        IndependentScript.RequireFfmpeg();
        WorkerProcess.InitModel(Path.Combine(_folder, "model"), """
            {
              "model_type": "perceiver", "architectures": ["PerceiverForOpticalFlow"], "train_size": [48, 64], "num_latents": 24, "d_latents": 32,
              "num_blocks": 1, "num_self_attends_per_block": 2, "num_self_attention_heads": 4, "num_cross_attention_heads": 1
            }
            """);
        IndependentScript.Run(Script, "prepare", _folder);
        using TestBroker broker = TestBroker.Start(real: true);
        broker.CreateTopic("streets.video", partitions: 2);

        IndependentScript.RunWorkerWithAKill(
            Script, broker, () => WorkerProcess.Run(broker.BootstrapServers, $"{_folder}/numbers.json", $"--Pipelines:1={_folder}/pictures.json"), _folder);

        IndependentScript.Run(Script, "check", broker.BootstrapServers, _folder).ShouldContain("pairs of frames");
    }
}
