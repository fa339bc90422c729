using System.Globalization;
using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Model;
using StreamPerceiver.Training;
using StreamPerceiver.Worker.Recordings;
using StreamPerceiver.Worker.Settings;
using StreamPerceiver.Worker.Training.Reports;

namespace StreamPerceiver.Worker.Training;

/// <summary>Trains the model of a pipeline on the windows of recordings: what <c>train</c> does.</summary>
/// <param name="settings">The memory for records and windows.</param>
/// <param name="request">What is asked for.</param>
internal sealed class TrainingRun(WorkerSettings settings, TrainingRequest request)
{
    private const string Verb = "train";
    private const int MostNamed = 5;

    /// <summary>Makes the windows, finds their targets, and trains. Prints how far it has come.</summary>
    /// <param name="stop">Ends the training after a step, with a checkpoint.</param>
    /// <exception cref="StreamPerceiverException">Recordings, labels, the model and the recipe do not go together, or the training fails.</exception>
    public async Task<TrainingProgress> RunAsync(CancellationToken stop)
    {
        var start = new TrainingStart(request.Pipeline.ModelDirectory, request.From);
        using var sets = new LabelledData(
            settings, request.Pipeline, start.ConfigDirectory, start.Config, request.Labels, request.LabelShare, request.Recipe.Targets);
        IReadOnlyList<Example> training = await sets.AddAsync(Verb, request.Data).ConfigureAwait(false);
        (training, IReadOnlyList<Example> validation) = await SplitAsync(sets, training).ConfigureAwait(false);
        sets.ReportLabels(Verb);
        (PerceiverConfig config, IReadOnlyList<SafeTensor> tensors) = start.Make(
            sets.Config, found => TargetSources.WithScales(request.Recipe.Targets, SeriesScales.Learn(found, sets.Store, [.. training.Select(e => e.Row)])));
        TrainingOptions options = request.Recipe.ToOptions(config, sets.Outputs, training, sets.Sources);
        TrainingSummary summary = Summarize(config, sets, training, validation);
        var progress = new TrainingLine(options, new ProgressLine(TimeProvider.System, Console.Error, !Console.IsErrorRedirected));
        var reader = new BatchReader(sets.Store, TrainingStart.StillToScale(sets.Config, config), scales: true);
        var trainer = new Trainer(request.Folder, reader, options)
        {
            Stepped = progress.Show,
            Evaluated = PrintEvaluation,
            Improved = (step, found) =>
            {
                start.CopyPreparation(request.Folder);
                TrainingFile.Write(request.Folder, summary.At(step, found));
            },
        };
        TrainingProgress end = Train(sets, () => trainer.Run(config, tensors, training, validation, request.Resume, stop));
        progress.End();
        TrainingFile.SetSteps(request.Folder, end.Step);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Verb}: {end.Step} of {options.Steps} steps; {Best(end)}"));
        if (end.BestStep > 0) TrainedReport.Write(request, sets, reader, validation);
        return end;
    }

    private TrainingProgress Train(LabelledData sets, Func<TrainingProgress> run)
    {
        try
        {
            return run();
        }
        catch (NonFiniteException e)
        {
            string folder = Path.Combine(request.Folder, "nan");
            long records = WindowRecords.Write(folder, request.Pipeline, sets.Files, e.Windows);
            throw new TrainingException($"{e.Message}; {records} records of {e.Windows.Count} windows are in {folder}", e);
        }
    }

    private async Task<(IReadOnlyList<Example> Training, IReadOnlyList<Example> Validation)> SplitAsync(LabelledData sets, IReadOnlyList<Example> examples)
    {
        if (request.Validation.Length > 0)
        {
            IReadOnlyList<Example> others = await sets.AddAsync(Verb, request.Validation).ConfigureAwait(false);
            EntitySplit.RequireApart(sets.Store, examples, others);
            return (examples, others);
        }

        (IReadOnlyList<Example> training, IReadOnlyList<Example> validation, IReadOnlyList<string> taken) = EntitySplit.Take(sets.Store, examples);
        Console.WriteLine(
            $"{Verb}: there is no --validation, so {validation.Count} windows of {taken.Count} of the data's entities choose the best model: "
            + string.Join(", ", taken.Take(MostNamed)) + (taken.Count > MostNamed ? " and so on" : ""));
        return (training, validation);
    }

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
