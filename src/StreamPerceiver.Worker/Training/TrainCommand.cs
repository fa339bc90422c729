using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
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
    public static Command Create()
    {
        var pipeline = new Option<string>("--pipeline") { Description = "The pipeline file. Its model's config.json gives the sizes.", Required = true };
        Option<string[]> data = Several(
            "--data", "Recordings to learn from: MCAP files, folders of them, and what 'recording convert' reads, such as a folder of media with times.csv.");
        data.Required = true;
        Option<string[]> validation = Several(
            "--validation", "Recordings of other entities, which choose the best model (default: a fifth of the entities of --data).");
        Option<string[]> labels = Several(
            "--labels", "Files of labels, CSV or JSON with entity, from, to, output and value, and topic:NAME for a topic of the recordings "
                + "(default: none, the recipe has targets).");
        var share = new Option<double>("--label-share")
        {
            Description = "The least share of a window that a label must cover. A window with less of each is left out.",
            DefaultValueFactory = _ => 1,
        };
        var folder = new Option<string>("--out", "-o") { Description = "The model directory to write, with the steps of the training.", Required = true };
        var from = new Option<string?>("--from")
        {
            Description = "A model directory to begin with. Its encoder must have the sizes of the pipeline's model. Outputs that differ are new "
                + "(default: untrained weights).",
        };
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
            var request = new TrainingRequest
            {
                Pipeline = PipelineReader.Read(parsed.GetRequiredValue(pipeline)),
                Data = parsed.GetRequiredValue(data),
                Validation = parsed.GetValue(validation) ?? [],
                Labels = parsed.GetValue(labels) ?? [],
                LabelShare = parsed.GetValue(share),
                Folder = parsed.GetRequiredValue(folder),
                From = parsed.GetValue(from),
                Resume = parsed.GetValue(resume),
                Recipe = parsed.GetValue(recipe) is { } file ? TrainingRecipe.Read(file) : new TrainingRecipe(),
            };
            TorchRuntime.Start(settings.Inference.Threads, new PlanChoice("cpu"), NullLogger.Instance);
            using var signals = new StopSignals();
            await new TrainingRun(settings, request).RunAsync(signals.Token).ConfigureAwait(false);
            return 0;
        }));
        return command;
    }

    private static Option<string[]> Several(string name, string description)
        => new(name) { Description = description, AllowMultipleArgumentsPerToken = true };
}
