namespace StreamPerceiver.Broker.Tests;

/// <summary>
/// The official multimodal autoencoder with made weights and small pictures, through Apache Kafka: segments of video and sound go in; labels, reconstructed
/// frames and reconstructed sound come out. A network in NumPy has the numbers, and the program ffmpeg the pictures of the segments.
/// </summary>
public sealed class MultimodalModelTests : IDisposable
{
    private const string Script = "multimodal.py";

    private static readonly string[] Pipelines = ["arrays", "pictures", "photos"];

    private readonly string _folder = Directory.CreateTempSubdirectory("multimodal-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public void Segments_and_sound_give_each_window_once_with_the_label_the_frames_and_the_sound_of_the_network()
    {
        Skip.If(RealMedia.Missing is not null, RealMedia.Missing);
        IndependentScript.Require("confluent_kafka, numpy");
        IndependentScript.RequireFfmpeg();
        WorkerProcess.InitModel(Path.Combine(_folder, "model"), """
            {
              "model_type": "perceiver", "architectures": ["PerceiverForMultimodalAutoencoding"], "num_latents": 12, "d_latents": 32, "num_blocks": 1,
              "num_self_attends_per_block": 2, "num_self_attention_heads": 4, "num_cross_attention_heads": 1, "num_frames": 16, "image_size": 6,
              "audio_samples_per_frame": 160, "samples_per_patch": 16, "output_shape": [1, 16, 24, 24], "output_num_channels": 32,
              "_label_trainable_num_channels": 64,
              "id2label": { "0": "walking", "1": "running", "2": "waving", "3": "talking", "4": "standing" }
            }
            """);
        IndependentScript.Run(Script, "prepare", _folder);
        using TestBroker broker = TestBroker.Start(real: true);
        foreach (string input in new[] { "video", "sound" }) broker.CreateTopic($"rooms.{input}", partitions: 2);

        IndependentScript.RunWorkerWithAKill(Script, broker, () => Start(broker), _folder);

        IndependentScript.Run(Script, "check", broker.BootstrapServers, _folder).ShouldContain("windows of 3 pipelines");
    }

    private WorkerProcess Start(TestBroker broker) => WorkerProcess.Run(
        broker.BootstrapServers, Path.Combine(_folder, $"{Pipelines[0]}.json"),
        [.. Pipelines.Skip(1).Select((name, i) => $"--Pipelines:{i + 1}={_folder}/{name}.json")]);
}
