using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Model;
using StreamPerceiver.Recordings;
using StreamPerceiver.Tokenise;
using StreamPerceiver.Topology;
using StreamPerceiver.Training;
using StreamPerceiver.Worker.Inference;
using StreamPerceiver.Worker.Pipelines;
using StreamPerceiver.Worker.Recordings;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker.Training;

/// <summary>The windows of recordings with their labels, cut as the worker cuts them.</summary>
internal sealed class LabelledData : IDisposable
{
    private const int MostNamed = 5;

    private readonly WorkerSettings _settings;
    private readonly PipelineDefinition _definition;
    private readonly ModelDescription _model;
    private readonly IReadOnlyDictionary<string, Labeller> _labellers;

    /// <summary>Makes an empty set.</summary>
    /// <param name="settings">The memory for records and windows.</param>
    /// <param name="definition">The pipeline.</param>
    /// <param name="directory">The model's directory, of which the configuration is read.</param>
    /// <param name="labels">Files of labels.</param>
    /// <param name="leastShare">The least share of a window that a label must cover.</param>
    /// <exception cref="StreamPerceiverException">The pipeline, its model and the labels do not go together.</exception>
    public LabelledData(WorkerSettings settings, PipelineDefinition definition, string directory, IEnumerable<string> labels, double leastShare)
    {
        (_settings, _definition, Config) = (settings, definition, ConfigFile.Read(directory));
        _model = new ModelDescription(directory, Config);
        string[] problems = [.. PipelineRules.CheckModel(definition, _model), .. RegistryCheck.Problems(definition, settings.SchemaRegistry)];
        if (problems.Length > 0) throw new PipelineException(definition.File, problems);
        LabelInterval[] intervals = [.. labels.SelectMany(LabelFile.Read)];
        string[] outputs = [.. intervals.Select(l => l.Output).Distinct(StringComparer.Ordinal)];
        if (outputs.FirstOrDefault(o => !Config.Outputs.ContainsKey(o)) is { } unknown)
            throw new TrainingException($"the labels are of the output '{unknown}', expected one of {string.Join(", ", Config.Outputs.Keys)}");
        _labellers = outputs.ToDictionary(o => o, o => new Labeller(o, Config.Outputs[o], intervals, leastShare), StringComparer.Ordinal);
        Store = new WindowStore(
            Path.GetTempPath(), [.. definition.Inputs.Select(i => (i.Name, _model.InputShapes[i.Name].Tokens, _model.InputShapes[i.Name].Channels))]);
    }

    /// <summary>The model's sizes.</summary>
    public PerceiverConfig Config { get; }

    /// <summary>All windows.</summary>
    public WindowStore Store { get; }

    /// <summary>The outputs that have labels.</summary>
    public IEnumerable<string> Outputs => _labellers.Keys;

    /// <summary>Adds the windows of recordings, and returns those with a label.</summary>
    /// <param name="verb">The verb, for its lines.</param>
    /// <param name="places">Recordings.</param>
    /// <exception cref="TrainingException">No window has a label.</exception>
    public async Task<IReadOnlyList<Example>> AddAsync(string verb, string[] places)
    {
        int before = Store.Windows.Count;
        var progress = new ProgressLine(TimeProvider.System, Console.Error, !Console.IsErrorRedirected);
        MemoryBudget memory = _settings.Memory.ShareOf(1);
        int waiting = MemoryPlan.For(_definition, _settings.Batch, memory, []).Waiting;
        var run = new WindowRun(_definition, _model.Preparations, waiting, memory, new DecodeOptions());
        var tokeniser = new Tokeniser(_definition.Inputs, _model.Preparations);
        await foreach (AlignedWindow window in run.ReadAsync(newIntake => new RecordedSource(Events(places), newIntake)).ConfigureAwait(false))
        {
            TokenisedWindow tokens = tokeniser.Tokenise(window);
            Store.Add(tokens);
            tokens.ReturnArrays();
            progress.Show(() => $"{verb}: {Store.Windows.Count - before} windows, to {window.Header.End}");
        }

        progress.End();
        Example[] examples = [.. Enumerable.Range(before, Store.Windows.Count - before).Select(Label).OfType<Example>()];
        Console.WriteLine(
            $"{verb}: {Store.Windows.Count - before} windows of {string.Join(", ", places)}, {examples.Length} with a label, {run.Rejected} records rejected");
        return examples.Length > 0
            ? examples
            : throw new TrainingException($"no window of {string.Join(", ", places)} has a label: {Spans(before)}");
    }

    /// <summary>Prints how labels and windows fit.</summary>
    public void ReportLabels(string verb)
    {
        foreach ((string output, Labeller l) in _labellers)
        {
            Console.WriteLine(
                $"{verb}: labels of {output}: {l.Labelled} windows have one, {l.Straddling} straddle several and are left out, {l.Unlabelled} have none; "
                + $"{l.UnusedLabels} labels have no window");
        }
    }

    /// <summary>Finds entities that two sets share: a model would be measured by what it has seen.</summary>
    /// <exception cref="TrainingException">There are some.</exception>
    public void RequireApart(IReadOnlyList<Example> training, IReadOnlyList<Example> other)
    {
        string[] shared = [.. EntitiesOf(training).Intersect(EntitiesOf(other), StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (shared.Length == 0) return;
        throw new TrainingException(
            $"{shared.Length} entities are in the training set and in the other one: {string.Join(", ", shared.Take(MostNamed))}; expected other entities");
    }

    /// <inheritdoc/>
    public void Dispose() => Store.Dispose();

    private HashSet<string> EntitiesOf(IReadOnlyList<Example> examples) => [.. examples.Select(e => Store.Windows[e.Row].Entity)];

    private Example? Label(int row)
    {
        var targets = _labellers.Select(l => (l.Key, Target: l.Value.Find(Store.Windows[row]))).Where(t => t.Target is not null)
            .ToDictionary(t => t.Key, t => t.Target!, StringComparer.Ordinal);
        return targets.Count == 0 ? null : new Example(row, targets);
    }

    private string Spans(int before)
    {
        StoredWindow[] windows = [.. Store.Windows.Skip(before)];
        return windows.Length == 0
            ? "there is no window"
            : $"the windows are of {string.Join(", ", windows.Select(w => w.Entity).Distinct().Take(MostNamed))} from {windows.Min(w => w.Start)} to "
                + $"{windows.Max(w => w.End)}";
    }

    private IEnumerable<RecordedEvent> Events(string[] places)
    {
        IReadOnlyList<string> files = RecordingReader.FilesOf(places);
        return RecordingReader.ReadEvents(files, topics: ReplayRun.TopicsOf(_definition, files));
    }
}
