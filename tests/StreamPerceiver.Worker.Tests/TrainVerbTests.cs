using StreamPerceiver.Model;
using StreamPerceiver.Topology;
using StreamPerceiver.Training;
using StreamPerceiver.Worker.Training;

namespace StreamPerceiver.Worker.Tests;

/// <summary><c>train</c>, on recordings of the rig.</summary>
public sealed class TrainVerbTests : IDisposable
{
    private readonly WorkerProcess _worker = new();

    public void Dispose() => _worker.Dispose();

    [Fact]
    public async Task A_tiny_model_learns_from_a_recording_of_the_rig()
    {
        WriteRigPipeline();
        (await RigAsync("train", seed: 1)).Error.ShouldBe("");
        (await RigAsync("validation", seed: 2)).Error.ShouldBe("");

        TrainingProgress end = await new TrainingRun(WorkerHost.ReadSettings([]), Request("train", "validation")).RunAsync(CancellationToken.None);

        end.Step.ShouldBe(30);
        TrainingHistory history = TrainingHistory.Read(Path.Combine(_worker.Folder, "out", "history.jsonl"));
        history.Steps.Select(s => s.Step).ShouldBe(Enumerable.Range(1, 30).Select(i => (long)i));
        history.Steps.TakeLast(5).Average(s => s.Loss).ShouldBeLessThan(history.Steps.Take(5).Average(s => s.Loss));
        history.Evaluations.Select(e => e.Step).ShouldBe([15, 30]);
        history.Evaluations.Min(e => e.Validation.Loss).ShouldBe(end.BestLoss);
        using PerceiverModel model = Checkpoint.Load(Path.Combine(_worker.Folder, "out"));
        ((SeriesInput)model.Config.Inputs["accelerometer"]).Deviation!.ShouldAllBe(d => d > 0);
    }

    private Task<WorkerProcess.Ended> RigAsync(string folder, int seed)
        => _worker.RunAsync("rig", "--pipeline", "faults.json", "--out", folder, "--machines", "1", "--seed", $"{seed}", "--seconds", "80");

    private TrainingRequest Request(string data, string validation) => new()
    {
        Pipeline = PipelineReader.Read(Path.Combine(_worker.Folder, "faults.json")),
        Data = [Path.Combine(_worker.Folder, data)],
        Validation = [Path.Combine(_worker.Folder, validation)],
        Labels = [Path.Combine(_worker.Folder, data, "labels.csv"), Path.Combine(_worker.Folder, validation, "labels.csv")],
        Folder = Path.Combine(_worker.Folder, "out"),
        Recipe = new TrainingRecipe { Steps = 30, Batch = 8, Rate = 0.005, Warmup = 3, EvaluateEvery = 15 },
    };

    private void WriteRigPipeline()
    {
        _worker.Write("faults.json", """
            {
              "name": "faults", "model": "model", "window": { "sizeMs": 2000, "hopMs": 1000, "outOfOrdernessMs": 200, "idleAfterMs": 3000 },
              "inputs": {
                "camera": { "topic": "t.camera", "modality": "video", "width": 24, "height": 18, "frames": 2, "patch": 6 },
                "microphone": { "topic": "t.microphone", "modality": "audio", "rateHz": 8000, "samplesPerPatch": 400 },
                "accelerometer": { "topic": "t.accelerometer", "modality": "sensor", "channels": ["x", "y", "z"], "rateHz": 20 }
              },
              "outputs": { "fault": {} }, "topics": { "predictions": "t.faults" }
            }
            """);
        _worker.Write("model/config.json", """
            {
              "model_type": "stream_perceiver", "num_latents": 4, "d_latents": 16, "num_self_attends_per_block": 1, "num_self_attention_heads": 2,
              "num_cross_attention_heads": 1, "output_num_channels": 16,
              "inputs": {
                "accelerometer": { "type": "series", "steps": 40, "channels": 3, "num_bands": 2 },
                "camera": { "type": "video", "frames": 2, "height": 18, "width": 24, "patch_size": 6, "num_bands": 2 },
                "microphone": { "type": "audio", "samples": 16000, "samples_per_patch": 400, "num_bands": 2 }
              },
              "outputs": { "fault": { "type": "classification", "labels": ["Normal", "Imbalance", "BearingWear", "BeltSlip", "Blockage"] } }
            }
            """);
    }
}
