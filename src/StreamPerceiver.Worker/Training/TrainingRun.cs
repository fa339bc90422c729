using System.Globalization;
using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Model;
using StreamPerceiver.Training;
using StreamPerceiver.Worker.Commands;
using StreamPerceiver.Worker.Recordings;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker.Training;

/// <summary>Trains the model of a pipeline on the windows of recordings: what <c>train</c> does.</summary>
/// <param name="settings">The memory for records and windows.</param>
/// <param name="request">What is asked for.</param>
internal sealed class TrainingRun(WorkerSettings settings, TrainingRequest request)
{
    private const string Verb = "train";
    private const int MostNamed = 10;

    /// <summary>Makes the windows, finds their targets, and trains. Prints how far it has come.</summary>
    /// <param name="stop">Ends the training after a step, with a checkpoint.</param>
    /// <exception cref="StreamPerceiverException">Recordings, labels, the model and the recipe do not go together, or the training fails.</exception>
    public async Task<TrainingProgress> RunAsync(CancellationToken stop)
    {
        string directory = ConfigDirectory();
        using var sets = new LabelledData(settings, request.Pipeline, directory, request.Labels, request.LabelShare);
        IReadOnlyList<Example> training = await sets.AddAsync(Verb, request.Data).ConfigureAwait(false);
        IReadOnlyList<Example> validation = await sets.AddAsync(Verb, request.Validation).ConfigureAwait(false);
        sets.ReportLabels(Verb);
        sets.RequireApart(training, validation);
        (PerceiverConfig config, IReadOnlyList<SafeTensor> tensors) = Start(sets.Config, sets.Store, training, directory);
        TrainingOptions options = request.Recipe.ToOptions(config, sets.Outputs, training);
        TrainingSummary summary = Summarize(config, sets, training, validation);
        var progress = new TrainingLine(options, new ProgressLine(TimeProvider.System, Console.Error, !Console.IsErrorRedirected));
        var trainer = new Trainer(request.Folder, new BatchReader(sets.Store, StillToScale(sets.Config, config), scales: true), options)
        {
            Stepped = progress.Show,
            Evaluated = PrintEvaluation,
            Improved = (step, found) =>
            {
                CopyPreparation(directory);
                TrainingFile.Write(request.Folder, summary.At(step, found));
            },
        };
        TrainingProgress end = Train(() => trainer.Run(config, tensors, training, validation, request.Resume, stop));
        progress.End();
        TrainingFile.SetSteps(request.Folder, end.Step);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Verb}: {end.Step} of {options.Steps} steps; {Best(end)}"));
        return end;
    }

    // The sizes are those of the pipeline's model. Where it is not there yet, those of the checkpoint to begin with.
    private string ConfigDirectory()
        => request.From is { } from && !File.Exists(Path.Combine(request.Pipeline.ModelDirectory, ConfigFile.Name)) ? from : request.Pipeline.ModelDirectory;

    private (PerceiverConfig Config, IReadOnlyList<SafeTensor> Tensors) Start(
        PerceiverConfig config, WindowStore store, IReadOnlyList<Example> training, string directory)
    {
        int[] rows = [.. training.Select(e => e.Row)];
        if (request.From is not { } from)
        {
            PerceiverConfig learned = SeriesScales.Learn(config, store, rows);
            return (learned, WeightRecipe.Make(learned));
        }

        RequireSamePreparation(from, directory);
        (PerceiverConfig other, IReadOnlyList<SafeTensor> tensors) = Checkpoint.Read(from, Failures.Warn);
        PerceiverConfig scaled = SeriesScales.Learn(WeightTransfer.TakeScales(config, other), store, rows);
        StartWeights weights = WeightTransfer.Take(scaled, from, other, tensors);
        Console.WriteLine(
            $"{Verb}: {weights.Tensors.Count - weights.Made.Count} tensors are taken from {from}; {weights.Made.Count} are new{Names(weights.Made)}; "
            + $"{weights.LeftOut.Count} of its own are left out{Names(weights.LeftOut)}");
        return (scaled, weights.Tensors);
    }

    // Series that the model had scales of already are scaled by the tokeniser.
    private static PerceiverConfig StillToScale(PerceiverConfig before, PerceiverConfig config) => config with
    {
        Inputs = config.Inputs.ToDictionary(
            i => i.Key, i => before.Inputs[i.Key] is SeriesInput { Mean: not null } series ? series with { Mean = null, Deviation = null } : i.Value,
            StringComparer.Ordinal),
    };

    private TrainingProgress Train(Func<TrainingProgress> run)
    {
        try
        {
            return run();
        }
        catch (NonFiniteException e)
        {
            string folder = Path.Combine(request.Folder, "nan");
            long records = WindowRecords.Write(folder, request.Pipeline, request.Data, e.Windows);
            throw new TrainingException($"{e.Message}; {records} records of {e.Windows.Count} windows are in {folder}", e);
        }
    }

    private static void RequireSamePreparation(string from, string directory)
    {
        const string name = ImageClassificationPreparation.FileName;
        (string before, string now) = (Path.Combine(from, name), Path.Combine(directory, name));
        if (!File.Exists(before) || (File.Exists(now) && File.ReadAllBytes(now).AsSpan().SequenceEqual(File.ReadAllBytes(before)))) return;
        string problem = File.Exists(now) ? "differs from" : "is missing, unlike";
        throw new TrainingException($"{now} {problem} {before}, expected the same, as the encoder was trained with it");
    }

    private void CopyPreparation(string directory)
    {
        string file = Path.Combine(directory, ImageClassificationPreparation.FileName);
        if (File.Exists(file)) File.Copy(file, Path.Combine(request.Folder, ImageClassificationPreparation.FileName), overwrite: true);
    }

    private static string Names(IReadOnlyList<string> names)
        => names.Count == 0 ? "" : $": {string.Join(", ", names.Take(MostNamed))}{(names.Count > MostNamed ? ", ..." : "")}";

    private TrainingSummary Summarize(PerceiverConfig config, LabelledData sets, IReadOnlyList<Example> training, IReadOnlyList<Example> validation)
    {
        WindowPlan windows = request.Pipeline.Align.Plan;
        return new TrainingSummary(
            request.Pipeline.Name, (double)windows.SizeNs / EventTime.PerMillisecond, (double)windows.HopNs / EventTime.PerMillisecond,
            request.Recipe.ToJson(), request.Recipe.Seed, TrainingSummary.LabelsOf(config, sets.Outputs),
            WindowSet.Of(training, sets.Store), WindowSet.Of(validation, sets.Store));
    }

    private static void PrintEvaluation(long step, Validation found)
    {
        string accuracies = string.Concat(found.Accuracies.Select(a => string.Create(CultureInfo.InvariantCulture, $", {a.Key} {a.Value:P1} right")));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Verb}: after step {step}: loss of the validation {found.Loss:F4}{accuracies}"));
    }

    private string Best(TrainingProgress end) => end.BestStep == 0
        ? "there was no evaluation yet, so no model is written"
        : string.Create(CultureInfo.InvariantCulture, $"the best model, of step {end.BestStep} with the loss {end.BestLoss:F4}, is in {request.Folder}");
}
