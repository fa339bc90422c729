using StreamPerceiver.Model;
using static TorchSharp.torch;

namespace StreamPerceiver.Training;

/// <summary>The targets of a batch, of each output that is trained. What is hidden of inputs follows from the seed, the batch and the window's place.</summary>
internal sealed class BatchTargets
{
    private readonly TrainingOptions _options;
    private readonly Dictionary<string, TargetSource> _sources;
    private readonly IReadOnlyList<Example> _examples;
    private readonly Dictionary<string, Random[]> _random;
    private readonly Dictionary<string, TargetRows> _rows;

    /// <summary>Prepares the targets of a batch.</summary>
    /// <param name="options">The losses and the sources of targets.</param>
    /// <param name="examples">The windows of the batch.</param>
    /// <param name="batch">The number of the batch; below 0 in an evaluation.</param>
    public BatchTargets(TrainingOptions options, IReadOnlyList<Example> examples, long batch)
    {
        (_options, _examples) = (options, examples);
        _rows = options.Losses.Keys.ToDictionary(name => name, _ => new TargetRows(), StringComparer.Ordinal);
        _sources = options.Losses.Keys.ToDictionary(name => name, options.TargetsOf, StringComparer.Ordinal);
        _random = options.Losses.Keys.ToDictionary(
            name => name, _ => Enumerable.Range(0, examples.Count).Select(place => Seeds.Make(options.Seed, batch, ~place)).ToArray(), StringComparer.Ordinal);
        Points = _sources.Select(s => (s.Key, Points: s.Value.ChoosePoints(Seeds.Make(options.Seed, batch, long.MinValue)))).Where(p => p.Points is not null)
            .ToDictionary(p => p.Key, p => p.Points!, StringComparer.Ordinal);
    }

    /// <summary>The points of outputs that are computed at some points alone.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<int>> Points { get; }

    /// <summary>The outputs for which the batch has a target, once it has been read.</summary>
    public IReadOnlyList<string> Outputs => [.. _rows.Where(r => r.Value.Count > 0).Select(r => r.Key)];

    /// <summary>Counts the rows of an output that have a target.</summary>
    public int CountOf(string output) => _rows[output].Count;

    /// <summary>Reads the batch: its inputs, without what is hidden, and its targets.</summary>
    /// <param name="reader">Reads windows.</param>
    /// <param name="change">Changes each input first (default: nothing).</param>
    public IReadOnlyDictionary<string, ArrayInput> Read(BatchReader reader, WindowChange? change = null)
    {
        IReadOnlyDictionary<string, ArrayInput> inputs = reader.Read([.. _examples.Select(e => e.Row)], (place, input, content, mask) =>
        {
            change?.Invoke(place, input, content, mask);
            var window = new WindowInput(place, input, content, mask);
            foreach ((string output, TargetRows rows) in _rows)
                _sources[output].Hide(window, _random[output][place], Points.GetValueOrDefault(output), rows);
        });
        foreach ((string output, TargetRows rows) in _rows)
            for (int place = 0; place < _examples.Count; place++) _sources[output].Add(place, _examples[place], reader, rows);
        return inputs;
    }

    /// <summary>Selects the rows of an output that have a target.</summary>
    /// <inheritdoc cref="TargetRows.Select"/>
    public (Tensor Rows, Tensor Targets) Select(string name, Tensor output) => _rows[name].Select(output);
}
