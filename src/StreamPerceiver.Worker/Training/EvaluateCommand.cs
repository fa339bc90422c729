using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using StreamPerceiver.Model;
using StreamPerceiver.Topology;
using StreamPerceiver.Training;
using StreamPerceiver.Worker.Commands;
using StreamPerceiver.Worker.Inference;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker.Training;

/// <summary><c>evaluate</c>: how well a model answers to recordings with labels.</summary>
internal static class EvaluateCommand
{
    private const string Verb = "evaluate";

    public static Command Create()
    {
        var pipeline = new Option<string>("--pipeline") { Description = "The pipeline file.", Required = true };
        var data = new Option<string[]>("--data") { Description = "Recordings, as for train.", Required = true, AllowMultipleArgumentsPerToken = true };
        var labels = new Option<string[]>("--labels")
        {
            Description = "Files of labels, and topic:NAME for a topic of the recordings.",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        var model = new Option<string?>("--model") { Description = "A model directory (default: the pipeline's)." };
        var share = new Option<double>("--label-share") { Description = "The least share of a window that a label must cover.", DefaultValueFactory = _ => 1 };
        var windows = new Option<string?>("--windows")
        {
            Description = "Writes a line of JSON for each window to this file: truth, answer, and probabilities at full precision.",
        };
        share.Require(0.51, 1);
        var command = new Command(
            Verb, "Runs a model on the windows of recordings, and compares its answers with labels: with all inputs, and with each set of inputs masked. "
                + "Any setting can be overridden: --Section:Key=value.")
        {
            pipeline, data, labels, model, share, windows,
        };
        command.TreatUnmatchedTokensAsErrors = false; // they are overrides of settings, and are checked later
        command.SetAction((parsed, _) => Failures.ReportAsync(async () =>
        {
            CommandLines.RequireOverrides(parsed.UnmatchedTokens);
            WorkerSettings settings = WorkerHost.ReadSettings([.. parsed.UnmatchedTokens]);
            PipelineDefinition definition = PipelineReader.Read(parsed.GetRequiredValue(pipeline));
            string directory = parsed.GetValue(model) ?? definition.ModelDirectory;
            TorchRuntime.Start(settings.Inference.Threads, new PlanChoice("cpu"), NullLogger.Instance);
            using PerceiverModel loaded = Checkpoint.Load(directory);
            using var set = new LabelledData(settings, definition, directory, parsed.GetValue(labels)!, parsed.GetValue(share));
            IReadOnlyList<Example> examples = await set.AddAsync(Verb, parsed.GetValue(data)!).ConfigureAwait(false);
            set.ReportLabels(Verb);
            var reader = new BatchReader(set.Store, set.Config, scales: false);
            if (parsed.GetValue(windows) is { } file) WriteWindows(file, loaded, reader, examples, set);
            foreach (string output in set.Outputs)
                if (set.Config.Outputs[output] is LabelledOutput { Reading: ProblemType.SingleLabelClassification } labelled)
                    Report(loaded, reader, output, labelled, [.. examples.Where(e => e.Targets.ContainsKey(output))]);
            return 0;
        }));
        return command;
    }

    private static void WriteWindows(string file, PerceiverModel model, BatchReader reader, IReadOnlyList<Example> examples, LabelledData set)
    {
        OutputScorer[] scorers = [.. set.Outputs.Select(o => OutputScorer.For(o, set.Config.Outputs[o]))];
        using StreamWriter lines = File.CreateText(file);
        WindowLines.Write(lines, model, reader, [.. Enumerable.Range(0, set.Store.Windows.Count)], examples, scorers);
    }

    private static void Report(PerceiverModel model, BatchReader reader, string output, LabelledOutput labelled, Example[] examples)
    {
        int[] truth = [.. examples.Select(e => Array.IndexOf(e.Targets[output], 1f))];
        string[] inputs = [.. reader.Store.Inputs.Select(i => i.Name)];
        foreach (string[] without in Subsets(inputs).Where(s => s.Length < inputs.Length).OrderBy(s => s.Length))
        {
            var score = new ClassificationScore(Answers.Of(model, reader, [.. examples.Select(e => e.Row)], output, without), truth, labelled.Labels.Count);
            if (without.Length == 0) PrintConfusion(score, labelled.Labels);
            string which = without.Length == 0 ? "with all inputs" : $"with {string.Join(", ", inputs.Except(without))} alone";
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{Verb}: {output} {which}: {score.Accuracy:P1} of {score.Count} right, loss {score.Loss:F3}, calibration error {score.CalibrationError:P1}"));
        }
    }

    private static void PrintConfusion(ClassificationScore score, IReadOnlyList<string> labels)
    {
        int width = labels.Max(l => l.Length) + 2, first = Math.Max(width, 17);
        Console.WriteLine($"{"true \\ answered".PadRight(first)}{string.Concat(labels.Select(l => l.PadLeft(width)))}{"recall",9}{"precision",11}");
        for (int k = 0; k < labels.Count; k++)
        {
            int[] row = [.. Enumerable.Range(0, labels.Count).Select(a => score.Confusion[k, a])];
            int answered = Enumerable.Range(0, labels.Count).Sum(t => score.Confusion[t, k]);
            string counts = string.Concat(row.Select(n => $"{n}".PadLeft(width)));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{labels[k].PadRight(first)}{counts}{Share(row[k], row.Sum()),9:P1}{Share(row[k], answered),11:P1}"));
        }
    }

    private static double Share(int part, int all) => all == 0 ? 0 : (double)part / all;

    // All sets of some inputs, the empty one first.
    private static IEnumerable<string[]> Subsets(string[] names)
        => Enumerable.Range(0, 1 << names.Length).Select(bits => names.Where((_, i) => (bits >> i & 1) == 1).ToArray());
}
