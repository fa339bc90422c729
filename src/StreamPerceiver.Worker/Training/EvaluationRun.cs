using StreamPerceiver.Model;
using StreamPerceiver.Topology;
using StreamPerceiver.Training;
using StreamPerceiver.Worker.Recordings;
using StreamPerceiver.Worker.Settings;
using StreamPerceiver.Worker.Training.Reports;

namespace StreamPerceiver.Worker.Training;

/// <summary>What is evaluated.</summary>
/// <param name="Pipeline">The pipeline file.</param>
/// <param name="Data">Recordings.</param>
/// <param name="Labels">Files of labels, and topics of them.</param>
internal sealed record EvaluationRequest(string Pipeline, string[] Data, string[] Labels)
{
    /// <summary>A model directory; null (default): the pipeline's.</summary>
    public string? Model { get; init; }

    /// <summary>The least share of a window that a label must cover (default: 1).</summary>
    public double LabelShare { get; init; } = 1;

    /// <summary>The file for a line a window; null (default): none is written.</summary>
    public string? Windows { get; init; }

    /// <summary>The folder of the report; null (default): none is written.</summary>
    public string? Report { get; init; }

    /// <summary>The directory of another model to compare with; null (default): none.</summary>
    public string? Against { get; init; }

    /// <summary>The other model's pipeline file; null (default): the same.</summary>
    public string? AgainstPipeline { get; init; }

    /// <summary>Recordings that simple models learn from (default: none, and no simple models).</summary>
    public string[] Baselines { get; init; } = [];
}

/// <summary>Evaluates a model on the windows of recordings.</summary>
/// <param name="settings">The memory for records and windows.</param>
/// <param name="asked">What is evaluated.</param>
internal sealed class EvaluationRun(WorkerSettings settings, EvaluationRequest asked)
{
    private const string Verb = "evaluate";

    /// <summary>Evaluates, and writes what is asked for.</summary>
    /// <exception cref="StreamPerceiverException">Pipeline, model, recordings and labels do not go together, or a file cannot be written.</exception>
    public async Task<EvaluationReport> RunAsync()
    {
        PipelineDefinition definition = PipelineReader.Read(asked.Pipeline);
        string directory = asked.Model ?? definition.ModelDirectory;
        using PerceiverModel model = Checkpoint.Load(directory);
        using var set = new LabelledData(settings, definition, directory, ConfigFile.Read(directory), asked.Labels, asked.LabelShare);
        IReadOnlyList<Example> examples = await set.AddAsync(Verb, asked.Data).ConfigureAwait(false);
        int windows = set.Store.Windows.Count;
        IReadOnlyList<Example> training = asked.Baselines.Length > 0 ? await set.AddAsync(Verb, asked.Baselines).ConfigureAwait(false) : [];
        EntitySplit.RequireApart(set.Store, training, examples);
        set.ReportLabels(Verb);
        var reader = new BatchReader(set.Store, set.Config, scales: false);
        OutputScorer[] scorers = [.. set.Outputs.Select(o => OutputScorer.For(o, set.Config.Outputs[o]))];
        var evaluator = new Evaluator(reader, examples, scorers);
        if (asked.Windows is { } file) WriteWindows(file, model, reader, windows, examples, scorers);
        var progress = new ProgressLine(TimeProvider.System, Console.Error, !Console.IsErrorRedirected);
        EvaluationReport report = evaluator.Report(
            definition.Name, NameOf(directory), model, kept => progress.Show(() => $"{Verb}: with the inputs {string.Join(", ", kept)}"));
        progress.End();
        if (training.Count > 0)
        {
            var baselines = new BaselineModels(reader, set.Config, training);
            report = report.With(scorers, (output, scorer) => output with { Baselines = baselines.Of(scorer, examples) });
        }

        if (asked.Against is not null) report = await CompareAsync(report, scorers, evaluator, model).ConfigureAwait(false);
        if (asked.Report is { } folder) ReportFolder.Write(folder, report, directory, set.Show(reader));
        return report;
    }

    private static string NameOf(string directory) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)));

    private static void WriteWindows(
        string file, PerceiverModel model, BatchReader reader, int windows, IReadOnlyList<Example> examples, OutputScorer[] scorers)
    {
        try
        {
            using StreamWriter lines = File.CreateText(file);
            WindowLines.Write(lines, model, reader, [.. Enumerable.Range(0, windows)], examples, scorers);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"{file}: {e.Message}", e);
        }
    }

    // The other model may take other tokens, so its windows are cut anew.
    private async Task<EvaluationReport> CompareAsync(EvaluationReport report, OutputScorer[] scorers, Evaluator evaluator, PerceiverModel model)
    {
        PipelineDefinition definition = PipelineReader.Read(asked.AgainstPipeline ?? asked.Pipeline);
        using PerceiverModel other = Checkpoint.Load(asked.Against!);
        using var set = new LabelledData(settings, definition, asked.Against!, ConfigFile.Read(asked.Against!), asked.Labels, asked.LabelShare);
        IReadOnlyList<Example> examples = await set.AddAsync(Verb, asked.Data).ConfigureAwait(false);
        OutputScorer[] others = [.. scorers.Select(s => OutputScorer.For(s.Output, set.Config.Outputs[s.Output]))];
        if (scorers.Zip(others).FirstOrDefault(s => s.First.Kind != s.Second.Kind) is ({ } one, { } another))
            throw new TrainingException($"output {one.Output}: gives {another.Kind} in {asked.Against}, expected {one.Kind} as in the model that is evaluated");
        var compared = new Evaluator(new BatchReader(set.Store, set.Config, scales: false), examples, others);
        return report.With(scorers, (output, scorer) => output with
        {
            Against = ModelComparison.Of(
                scorer.Kind, (NameOf(asked.Against!), definition.Name), evaluator.Scores(model, scorer),
                compared.Scores(other, others.Single(o => o.Output == scorer.Output))),
        });
    }
}
