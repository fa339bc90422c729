using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using StreamPerceiver.Model;
using StreamPerceiver.Training;
using StreamPerceiver.Worker.Commands;
using StreamPerceiver.Worker.Inference;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker.Training;

/// <summary><c>evaluate</c>: how well a model answers to recordings with labels.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var pipeline = new Option<string>("--pipeline") { Description = "The pipeline file.", Required = true };
        Option<string[]> data = Several("--data", "Recordings, as for train.", isRequired: true);
        Option<string[]> labels = Several("--labels", "Files of labels, and topic:NAME for a topic of the recordings.", isRequired: true);
        var model = new Option<string?>("--model") { Description = "A model directory (default: the pipeline's)." };
        var share = new Option<double>("--label-share") { Description = "The least share of a window that a label must cover.", DefaultValueFactory = _ => 1 };
        var windows = new Option<string?>("--windows")
        {
            Description = "Writes a line of JSON for each window to this file: truth, answer, and probabilities at full precision.",
        };
        var report = new Option<string?>("--report") { Description = "Writes report.json and report.html to this folder." };
        var against = new Option<string?>("--against") { Description = "A model directory to compare with, window by window." };
        var againstPipeline = new Option<string?>("--against-pipeline") { Description = "The pipeline file of that model (default: the same)." };
        Option<string[]> baselines = Several("--baselines", "Recordings with labels of other entities, from which simple models learn: chance, "
            + "the nearest mean and a linear model on the same tokens.", isRequired: false);
        share.Require(0.51, 1);
        var command = new Command(
            "evaluate", "Runs a model on the windows of recordings, and compares its answers with labels: with all inputs, and with each set of inputs masked. "
                + "Any setting can be overridden: --Section:Key=value.")
        {
            pipeline, data, labels, model, share, windows, report, against, againstPipeline, baselines,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(againstPipeline) is not null && result.GetValue(against) is null)
                result.AddError("--against-pipeline is the pipeline of another model, expected --against with it");
        });
        command.TreatUnmatchedTokensAsErrors = false; // they are overrides of settings, and are checked later
        command.SetAction((parsed, _) => Failures.ReportAsync(async () =>
        {
            CommandLines.RequireOverrides(parsed.UnmatchedTokens);
            WorkerSettings settings = WorkerHost.ReadSettings([.. parsed.UnmatchedTokens]);
            TorchRuntime.Start(settings.Inference.Threads, new PlanChoice("cpu"), NullLogger.Instance);
            var asked = new EvaluationRequest(parsed.GetRequiredValue(pipeline), parsed.GetValue(data)!, parsed.GetValue(labels)!)
            {
                Model = parsed.GetValue(model),
                LabelShare = parsed.GetValue(share),
                Windows = parsed.GetValue(windows),
                Report = parsed.GetValue(report),
                Against = parsed.GetValue(against),
                AgainstPipeline = parsed.GetValue(againstPipeline),
                Baselines = parsed.GetValue(baselines) ?? [],
            };
            Console.Write(ReportText.Write(await new EvaluationRun(settings, asked).RunAsync().ConfigureAwait(false)));
            return 0;
        }));
        return command;
    }

    private static Option<string[]> Several(string name, string description, bool isRequired)
        => new(name) { Description = description, Required = isRequired, AllowMultipleArgumentsPerToken = true };
}
