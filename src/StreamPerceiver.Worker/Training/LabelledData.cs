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
using StreamPerceiver.Worker.Training.Reports;

namespace StreamPerceiver.Worker.Training;

/// <summary>The windows of recordings with their targets, cut as the worker cuts them.</summary>
internal sealed class LabelledData : IDisposable
{
    private const int MostNamed = 5;

    private readonly List<string> _files = [];

    private readonly WorkerSettings _settings;
    private readonly PipelineDefinition _definition;
    private readonly ModelDescription _model;
    private readonly string[] _labels;
    private readonly double _leastShare;
    private readonly SortedDictionary<string, Labeller> _labellers = new(StringComparer.Ordinal);
    private readonly ConvertedRecordings _converted = new();

    /// <summary>Makes an empty set.</summary>
    /// <param name="settings">The memory for records and windows.</param>
    /// <param name="definition">The pipeline.</param>
    /// <param name="directory">The model's directory.</param>
    /// <param name="config">The model's sizes. Series that have a mean and a deviation there are scaled.</param>
    /// <param name="labels">Files of labels, and topics of them.</param>
    /// <param name="leastShare">The least share of a window that a label must cover.</param>
    /// <param name="targets">Where the targets of outputs without labels come from (default: all have labels).</param>
    /// <exception cref="StreamPerceiverException">The pipeline, its model, the labels and the targets do not go together.</exception>
    public LabelledData(
        WorkerSettings settings, PipelineDefinition definition, string directory, PerceiverConfig config, string[] labels, double leastShare,
        IReadOnlyDictionary<string, TargetRecipe>? targets = null)
    {
        (_settings, _definition, _labels, _leastShare, Config) = (settings, definition, labels, leastShare, config);
        _model = new ModelDescription(directory, Config);
        string[] problems = [.. PipelineRules.CheckModel(definition, _model), .. RegistryCheck.Problems(definition, settings.SchemaRegistry)];
        if (problems.Length > 0) throw new PipelineException(definition.File, problems);
        targets ??= new Dictionary<string, TargetRecipe>();
        if (labels.Length + targets.Count == 0) throw new TrainingException("there are no --labels, and the recipe has no targets, expected one of them");
        Store = new WindowStore(
            Path.GetTempPath(), [.. definition.Inputs.Select(i => (i.Name, _model.InputShapes[i.Name].Tokens, _model.InputShapes[i.Name].Channels))]);
        Sources = new TargetSources(Config, Store, definition.Align.Plan).Make(targets);
    }

    /// <summary>The model's sizes.</summary>
    public PerceiverConfig Config { get; }

    /// <summary>All windows.</summary>
    public WindowStore Store { get; }

    /// <summary>Where the targets of outputs without labels come from.</summary>
    public IReadOnlyDictionary<string, TargetSource> Sources { get; }

    /// <summary>The recordings that were read, and those that were converted.</summary>
    public IReadOnlyList<string> Files => _files;

    /// <summary>The outputs that have targets.</summary>
    public IEnumerable<string> Outputs => [.. _labellers.Keys, .. Sources.Keys];

    /// <summary>Adds the windows of recordings, and returns those with a target.</summary>
    /// <param name="verb">The verb, for its lines.</param>
    /// <param name="places">Recordings, and whatever converts to one.</param>
    /// <exception cref="TrainingException">No window has a target.</exception>
    public async Task<IReadOnlyList<Example>> AddAsync(string verb, string[] places)
    {
        int before = Store.Windows.Count;
        (IReadOnlyList<string> files, bool areConverted) = _converted.FilesOf(verb, places);
        var reading = new LabelReading(verb, _labels, _definition.Keys);
        if (_files.Count == 0) AddLabels(reading.ReadFiles());              // they are of all sets
        AddLabels(reading.ReadTopics(files));
        _files.AddRange(files);
        WindowRun run = await AddWindowsAsync(verb, files, areConverted).ConfigureAwait(false);
        StoredWindow[] added = [.. Store.Windows.Skip(before)];
        Example[] examples = [.. Enumerable.Range(before, added.Length).Select(Label)];
        foreach ((string output, TargetSource source) in Sources)
        {
            int there = examples.Count(source.Has);
            Console.WriteLine(
                $"{verb}: targets of {output}: {there} windows have one" + (there < added.Length ? $", {added.Length - there} do not: {source.Lack}" : ""));
        }

        examples = [.. examples.Where(e => e.Targets.Count > 0 || Sources.Values.Any(s => s.Has(e)))];
        Console.WriteLine(
            $"{verb}: {added.Length} windows of {string.Join(", ", places)}, {examples.Length} with a target, {run.SkippedWindows} skipped; "
            + $"{run.Rejected} records rejected, {run.Accounts.Sum(a => a.Late)} late");
        if (run.FirstRejection is { } first) Console.WriteLine($"{verb}: the first that was rejected is {first.Record}: {first.Detail}");
        return examples.Length > 0
            ? examples
            : throw new TrainingException($"no window of {string.Join(", ", places)} has a target: {SpanOf(added)}{SpanOfLabels()}");
    }

    /// <summary>Shows windows in reports.</summary>
    /// <param name="reader">Reads them.</param>
    public WindowPicture Show(BatchReader reader) => new(reader, Config, _definition.Inputs, _model.Preparations);

    /// <summary>Prints how labels and windows fit.</summary>
    public void ReportLabels(string verb)
    {
        foreach ((string output, Labeller l) in _labellers)
        {
            Console.WriteLine(
                $"{verb}: labels of {output}: {l.Labelled} windows have one, {l.Straddling} have none for {_leastShare:P0} of their time and are left out, "
                + $"{l.Unlabelled} have none at all");
            if (l.Unused.Count > 0)
                Console.WriteLine($"{verb}: labels of {output}: {l.Unused.Count} hold for no window: they{SpanOf(l.Unused)}; {SpanOf(Store.Windows)}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Store.Dispose();
        _converted.Dispose();
    }

    private void AddLabels(IReadOnlyList<LabelInterval> labels)
    {
        foreach (IGrouping<string, LabelInterval> output in labels.GroupBy(l => l.Output, StringComparer.Ordinal))
        {
            if (!Config.Outputs.TryGetValue(output.Key, out OutputConfig? config))
                throw new TrainingException($"the labels are of the output '{output.Key}', expected one of {string.Join(", ", Config.Outputs.Keys)}");
            if (Sources.ContainsKey(output.Key))
                throw new TrainingException($"output {output.Key}: has labels, and targets in the recipe, expected one of them");
            if (!_labellers.TryGetValue(output.Key, out Labeller? labeller))
                _labellers[output.Key] = labeller = new Labeller(output.Key, config, _leastShare);
            labeller.Add(output);
        }
    }

    private async Task<WindowRun> AddWindowsAsync(string verb, IReadOnlyList<string> files, bool flushes)
    {
        int before = Store.Windows.Count;
        var progress = new ProgressLine(TimeProvider.System, Console.Error, !Console.IsErrorRedirected);
        MemoryBudget memory = _settings.Memory.ShareOf(1);
        int waiting = MemoryPlan.For(_definition, _settings.Batch, memory, []).Waiting;
        var run = new WindowRun(_definition, _model.Preparations, waiting, memory, new DecodeOptions());
        var tokeniser = new Tokeniser(_definition.Inputs, _model.Preparations);
        IEnumerable<RecordedEvent> events = RecordingReader.ReadEvents(files, topics: ReplayRun.TopicsOf(_definition, files));
        await foreach (AlignedWindow window in run.ReadAsync(newIntake => new RecordedSource(events, newIntake, flushes)).ConfigureAwait(false))
        {
            TokenisedWindow tokens = tokeniser.Tokenise(window);
            Store.Add(tokens);
            tokens.ReturnArrays();
            progress.Show(() => $"{verb}: {Store.Windows.Count - before} windows, to {window.Header.End}");
        }

        progress.End();
        return run;
    }

    private Example Label(int row) => new(
        row,
        _labellers.Select(l => (l.Key, Target: l.Value.Find(Store.Windows[row]))).Where(t => t.Target is not null)
            .ToDictionary(t => t.Key, t => t.Target!, StringComparer.Ordinal));

    private static string SpanOf(IReadOnlyList<StoredWindow> windows) => windows.Count == 0
        ? "there is no window"
        : $"the windows are of {NamesOf(windows.Select(w => w.Entity))} from {windows.Min(w => w.Start)} to {windows.Max(w => w.End)}";

    private string SpanOfLabels()
        => string.Concat(_labellers.Values.Where(l => l.Unused.Count > 0).Select(l => $"; {l.Unused.Count} labels{SpanOf(l.Unused)}"));

    private static string SpanOf(IReadOnlyList<LabelInterval> labels)
        => $" are of {NamesOf(labels.Select(l => l.Entity))} from {labels[0].From} to {labels.Max(l => l.To)}; the first is "
            + $"'{labels[0].Value}' of {labels[0].Entity} for {labels[0].Output}";

    private static string NamesOf(IEnumerable<string> entities)
    {
        string[] names = [.. entities.Distinct(StringComparer.Ordinal)];
        return string.Join(", ", names.Take(MostNamed)) + (names.Length > MostNamed ? $" and {names.Length - MostNamed} more" : "");
    }
}
