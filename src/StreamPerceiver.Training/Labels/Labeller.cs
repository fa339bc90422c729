using StreamPerceiver.Flow;
using StreamPerceiver.Model;

namespace StreamPerceiver.Training;

/// <summary>
/// Finds what is true of a window. A label holds for a window if its interval covers the least share of it. A window with several labels of an output, of
/// which none has that share, straddles them and is left out. Each is counted.
/// </summary>
public sealed class Labeller
{
    private readonly string _output;
    private readonly OutputConfig _config;
    private readonly double _leastShare;
    private readonly Dictionary<string, LabelInterval[]> _intervals; // of an entity, by their beginning
    private readonly HashSet<LabelInterval> _used = [];

    /// <summary>Makes the labeller of an output.</summary>
    /// <param name="output">The output.</param>
    /// <param name="config">Its sizes.</param>
    /// <param name="labels">The labels of all outputs.</param>
    /// <param name="leastShare">The least share of a window that a label must cover, above 0.5 (default: 1, all of it).</param>
    public Labeller(string output, OutputConfig config, IEnumerable<LabelInterval> labels, double leastShare = 1)
    {
        (_output, _config, _leastShare) = (output, config, leastShare);
        _intervals = labels.Where(l => l.Output == output).GroupBy(l => l.Entity, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.OrderBy(l => l.From).ThenBy(l => l.To).ToArray(), StringComparer.Ordinal);
    }

    /// <summary>Windows that got a target.</summary>
    public int Labelled { get; private set; }

    /// <summary>Windows that straddle labels.</summary>
    public int Straddling { get; private set; }

    /// <summary>Windows without a label.</summary>
    public int Unlabelled { get; private set; }

    /// <summary>Labels of which no window was found.</summary>
    public int UnusedLabels => _intervals.Values.Sum(i => i.Length) - _used.Count;

    /// <summary>Finds the target of a window; null: it has none.</summary>
    /// <exception cref="TrainingException">A label that the output does not have, or two labels where one is right.</exception>
    public float[]? Find(StoredWindow window)
    {
        (LabelInterval Label, double Share)[] touching =
        [
            .. _intervals.GetValueOrDefault(window.Entity, []).Where(l => l.From < window.End && window.Start < l.To)
                .Select(l => (l, (double)(Earlier(l.To, window.End) - Later(l.From, window.Start)) / (window.End - window.Start))),
        ];
        LabelInterval[] holding = [.. touching.Where(t => t.Share >= _leastShare).Select(t => t.Label)];
        if (holding.Length == 0)
        {
            if (touching.Length > 0) Straddling++;
            else Unlabelled++;
            return null;
        }

        string[] values = [.. holding.Select(l => l.Value).Distinct(StringComparer.Ordinal)];
        bool several = _config is LabelledOutput { Reading: ProblemType.MultiLabelClassification };
        if (values.Length > 1 && !several)
        {
            throw new TrainingException(
                $"output {_output}: the window of {window.Entity} from {window.Start} has the labels {string.Join(", ", values)}, expected one");
        }

        Labelled++;
        _used.UnionWith(holding);
        return Target.Make(_output, _config, values);
    }

    private static EventTime Earlier(EventTime a, EventTime b) => a < b ? a : b;

    private static EventTime Later(EventTime a, EventTime b) => a < b ? b : a;
}
