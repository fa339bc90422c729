using StreamPerceiver.Model;
using StreamPerceiver.Recordings;
using StreamPerceiver.Topology;
using StreamPerceiver.Training;
using StreamPerceiver.Worker.Training;

namespace StreamPerceiver.Worker.Tests;

/// <summary>What <c>train</c> begins with, and what it leaves when a loss is not finite.</summary>
public sealed class TrainStartTests : IDisposable
{
    private static readonly TrainingRecipe Short = new() { Steps = 6, Batch = 4, EvaluateEvery = 3, Average = 0 };

    private readonly WorkerProcess _worker = new();

    public TrainStartTests() => TinyTraining.Write(_worker, "{}");

    public void Dispose() => _worker.Dispose();

    [Fact]
    public async Task A_fine_tuning_begins_where_the_model_was_with_series_scaled_once()
    {
        TrainingProgress first = await TrainAsync("first", Short);

        TrainingProgress next = await TrainAsync("next", Short with { Rate = 1e-30, Warmup = 0 }, from: "first");

        next.BestLoss.ShouldBe(first.BestLoss, 1e-6);
    }

    [Fact]
    public async Task A_training_from_nothing_learns_its_scales_anew_where_the_pipelines_model_is_trained()
    {
        await TrainAsync("first", Short);
        string first = Path.Combine(_worker.Folder, "first"), model = Path.Combine(_worker.Folder, "model");
        PerceiverConfig trained = ConfigFile.Read(first);
        var series = (SeriesInput)trained.Inputs["a"];
        var inputs = new Dictionary<string, InputConfig>(trained.Inputs) { ["a"] = series with { Mean = [1000], Deviation = [7] } };
        ConfigFile.Write(model, trained with { Inputs = inputs });
        File.Copy(Path.Combine(first, TrainingFile.Name), Path.Combine(model, TrainingFile.Name));

        await TrainAsync("next", Short);

        ((SeriesInput)ConfigFile.Read(Path.Combine(_worker.Folder, "next")).Inputs["a"]).Mean.ShouldBe(series.Mean);
    }

    [Fact]
    public async Task A_new_output_learns_on_a_frozen_encoder_and_comes_with_its_scales()
    {
        await TrainAsync("first", Short);
        string model = Path.Combine(_worker.Folder, "model");
        PerceiverConfig config = ConfigFile.Read(model);
        var output = (ClassificationOutput)config.Outputs["state"] with { Labels = ["y", "x", "z"] };
        ConfigFile.Write(model, config with { Outputs = new Dictionary<string, OutputConfig> { ["state"] = output } });
        File.Delete(Path.Combine(model, "model.safetensors"));
        string labels = Path.Combine(_worker.Folder, "labels.csv"), text = File.ReadAllText(labels);
        int place = text.LastIndexOf(",y", text.IndexOf("machine-1", StringComparison.Ordinal), StringComparison.Ordinal);
        File.WriteAllText(labels, $"{text[..place]},z{text[(place + 2)..]}");

        await TrainAsync("next", Short with { FreezeEncoder = true }, from: "first");

        (PerceiverConfig before, IReadOnlyList<SafeTensor> old) = Checkpoint.Read(Path.Combine(_worker.Folder, "first"));
        (PerceiverConfig after, IReadOnlyList<SafeTensor> trained) = Checkpoint.Read(Path.Combine(_worker.Folder, "next"));
        ((SeriesInput)after.Inputs["a"]).Mean.ShouldBe(((SeriesInput)before.Inputs["a"]).Mean);
        Dictionary<string, SafeTensor> named = old.ToDictionary(t => t.Name);
        string[] changed = [.. trained.Where(t => !t.Bytes.Span.SequenceEqual(named[t.Name].Bytes.Span)).Select(t => t.Name)];
        changed.ShouldNotBeEmpty();
        changed.ShouldAllBe(name => name.Contains("decoder", StringComparison.Ordinal) || name.Contains("output_postprocessor", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_records_of_windows_that_make_a_loss_NaN_are_written_to_a_recording()
    {
        TrainingException error = await Should.ThrowAsync<TrainingException>(() => TrainAsync("out", Short with { Rate = 1e30, Warmup = 0 }));

        string folder = Path.Combine(_worker.Folder, "out", "nan");
        error.Message.ShouldMatch($@"^step \d: .*: expected a smaller rate; \d+ records of \d windows are in {folder}$");
        RecordedRecord[] records = [.. RecordingReader.Read(RecordingReader.FilesOf([folder]))];
        records.Length.ShouldBeInRange(10, 100);
        records.ShouldAllBe(r => r.Record.Topic == "tiny.a" && r.Record.Partition == 0);
    }

    private Task<TrainingProgress> TrainAsync(string folder, TrainingRecipe recipe, string? from = null)
    {
        var request = new TrainingRequest
        {
            Pipeline = PipelineReader.Read(Path.Combine(_worker.Folder, "tiny.json")),
            Data = [Path.Combine(_worker.Folder, "data.mcap")],
            Validation = [Path.Combine(_worker.Folder, "validation.mcap")],
            Labels = [Path.Combine(_worker.Folder, "labels.csv")],
            LabelShare = 0.6,
            Folder = Path.Combine(_worker.Folder, folder),
            From = from is null ? null : Path.Combine(_worker.Folder, from),
            Recipe = recipe,
        };
        return new TrainingRun(WorkerHost.ReadSettings([]), request).RunAsync(CancellationToken.None);
    }
}
