using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Model;
using StreamPerceiver.Topology;
using StreamPerceiver.Training;
using StreamPerceiver.Worker.Commands;
using StreamPerceiver.Worker.Inference;
using StreamPerceiver.Worker.Recordings;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker.Training;

/// <summary><c>train</c>: a model from recordings and labels.</summary>
internal static class TrainCommand
{
    private const string Verb = "train";

    public static Command Create()
    {
        var pipeline = new Option<string>("--pipeline") { Description = "The pipeline file. Its model's config.json gives the sizes.", Required = true };
        Option<string[]> data = Several("--data", "Recordings to learn from: MCAP files, and folders of them.");
        Option<string[]> validation = Several("--validation", "Recordings of other entities, which choose the best model.");
        Option<string[]> labels = Several("--labels", "Files of labels: CSV or JSON with entity, from, to, output and value.");
        var share = new Option<double>("--label-share")
        {
            Description = "The least share of a window that a label must cover. A window with less of each is left out.",
            DefaultValueFactory = _ => 1,
        };
        var folder = new Option<string>("--out", "-o") { Description = "The model directory to write, with the steps of the training.", Required = true };
        var from = new Option<string?>("--from") { Description = "A model directory to begin with, of the same sizes (default: untrained weights)." };
        var resume = new Option<bool>("--resume") { Description = "Goes on from the last step in --out, to the same weights as without a break." };
        var recipe = new Option<string?>("--recipe") { Description = "A JSON file with the options of the training (default: those of every key)." };
        share.Require(0.51, 1);
        var command = new Command(
            "train", "Trains the model of a pipeline on the windows that the worker would make of recordings. "
                + "SIGINT or SIGTERM ends it after a step, and --resume goes on. Any setting can be overridden: --Section:Key=value.")
        {
            pipeline, data, validation, labels, share, folder, from, resume, recipe,
        };
        command.TreatUnmatchedTokensAsErrors = false; // they are overrides of settings, and are checked later
        command.SetAction((parsed, _) => Failures.ReportAsync(async () =>
        {
            CommandLines.RequireOverrides(parsed.UnmatchedTokens);
            WorkerSettings settings = WorkerHost.ReadSettings([.. parsed.UnmatchedTokens]);
            PipelineDefinition definition = PipelineReader.Read(parsed.GetRequiredValue(pipeline));
            string start = parsed.GetValue(from) ?? definition.ModelDirectory;
            TrainingRecipe options = parsed.GetValue(recipe) is { } file ? TrainingRecipe.Read(file) : new TrainingRecipe();
            TorchRuntime.Start(settings.Inference.Threads, new PlanChoice("cpu"), NullLogger.Instance);
            using var sets = new LabelledData(settings, definition, start, parsed.GetValue(labels)!, parsed.GetValue(share));
            IReadOnlyList<Example> training = await sets.AddAsync(Verb, parsed.GetValue(data)!).ConfigureAwait(false);
            IReadOnlyList<Example> others = await sets.AddAsync(Verb, parsed.GetValue(validation)!).ConfigureAwait(false);
            sets.ReportLabels(Verb);
            sets.RequireApart(training, others);
            PerceiverConfig config = SeriesScales.Learn(sets.Config, sets.Store, [.. training.Select(e => e.Row)]);
            IReadOnlyList<SafeTensor> tensors = parsed.GetValue(from) is null ? WeightRecipe.Make(config) : Checkpoint.Read(start).Tensors;
            WindowPlan windows = definition.Align.Plan;
            var summary = new TrainingSummary(
                definition.Name, (double)windows.SizeNs / EventTime.PerMillisecond, (double)windows.HopNs / EventTime.PerMillisecond,
                options.ToJson(), options.Seed, TrainingSummary.LabelsOf(config, sets.Outputs),
                WindowSet.Of(training, sets.Store), WindowSet.Of(others, sets.Store));
            using var signals = new StopSignals();
            Train(
                parsed.GetRequiredValue(folder), new BatchReader(sets.Store, config, scales: true),
                options.ToOptions(config, sets.Outputs, training), config, tensors, training, others, summary, parsed.GetValue(resume), signals.Token);
            return 0;
        }));
        return command;
    }

    private static Option<string[]> Several(string name, string description)
        => new(name) { Description = description, Required = true, AllowMultipleArgumentsPerToken = true };

    private static void Train(
        string folder, BatchReader reader, TrainingOptions options, PerceiverConfig config, IReadOnlyList<SafeTensor> tensors,
        IReadOnlyList<Example> training, IReadOnlyList<Example> validation, TrainingSummary summary, bool resume, CancellationToken stop)
    {
        var progress = new ProgressLine(TimeProvider.System, Console.Error, !Console.IsErrorRedirected);
        double loss = 0;
        long first = -1;
        var trainer = new Trainer(folder, reader, options)
        {
            Stepped = (step, result) =>
            {
                if (first < 0) first = step - 1;
                loss = loss == 0 ? result.Loss : (0.98 * loss) + (0.02 * result.Loss);
                double rate = (step - first) / progress.Elapsed.TotalSeconds;
                progress.Show(() => string.Create(
                    CultureInfo.InvariantCulture,
                    $"train: step {step} of {options.Steps}, loss {loss:F3}, {rate * options.Batch * options.Accumulate:F0} windows/s, "
                    + $"{TimeSpan.FromSeconds((options.Steps - step) / rate):hh\\:mm\\:ss} left"));
            },
            Evaluated = (step, found) =>
            {
                string accuracies = string.Concat(found.Accuracies.Select(a => $", {a.Key} {a.Value:P1} right"));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"train: after step {step}: loss of the validation {found.Loss:F4}{accuracies}"));
            },
            Improved = (step, found) => TrainingFile.Write(folder, summary.At(step, found)),
        };
        TrainingProgress end = trainer.Run(config, tensors, training, validation, resume, stop);
        progress.End();
        TrainingFile.SetSteps(folder, end.Step);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"train: {end.Step} steps; the best model, of step {end.BestStep} with the loss {end.BestLoss:F4}, is in {folder}"));
    }
}
