using StreamPerceiver.Flow;
using StreamPerceiver.Model;

namespace StreamPerceiver.Training;

/// <summary>
/// Finds what is true of a window. A label holds for a window if its intervals cover the least share of it. A window with labels of which none has that share
/// straddles them and is left out. Each is counted.
/// </summary>
public sealed class Labeller
{
    private readonly string _output;
    private readonly OutputConfig _config;
    private readonly double _leastShare;
    private readonly Dictionary<string, LabelCourse> _courses = new(StringComparer.Ordinal); // of an entity
    private readonly HashSet<LabelInterval> _labels = [], _used = [];

    /// <summary>Makes the labeller of an output.</summary>
    /// <param name="output">The output.</param>
    /// <param name="config">Its sizes.</param>
    /// <param name="leastShare">The least share of a window that a label must cover, above 0.5 (default: 1, all of it).</param>
    public Labeller(string output, OutputConfig config, double leastShare = 1) => (_output, _config, _leastShare) = (output, config, leastShare);

    /// <summary>Adds labels of the output. One that is there already is passed over.</summary>
    public void Add(IEnumerable<LabelInterval> labels)
    {
        _labels.UnionWith(labels);
        _courses.Clear();
        foreach (IGrouping<string, LabelInterval> entity in _labels.GroupBy(l => l.Entity, StringComparer.Ordinal))
            _courses[entity.Key] = new LabelCourse(entity);
    }

    /// <summary>Windows that got a target.</summary>
    public int Labelled { get; private set; }

    /// <summary>Windows that straddle labels.</summary>
    public int Straddling { get; private set; }

    /// <summary>Windows without a label.</summary>
    public int Unlabelled { get; private set; }

    /// <summary>Labels that hold for no window, by their beginning.</summary>
    public IReadOnlyList<LabelInterval> Unused => [.. _labels.Except(_used).OrderBy(l => l.From).ThenBy(l => l.Entity, StringComparer.Ordinal)];

    /// <summary>Finds the target of a window; null: it has none.</summary>
    /// <exception cref="TrainingException">A label that the output does not have, or two labels where one is right.</exception>
    public float[]? Find(StoredWindow window)
    {
        IGrouping<string, LabelInterval>[] touching =
        [
            .. (_courses.GetValueOrDefault(window.Entity)?.Touching(window.Start, window.End) ?? []).GroupBy(l => l.Value, StringComparer.Ordinal),
        ];
        IGrouping<string, LabelInterval>[] holding = [.. touching.Where(value => ShareOf(window, value) >= _leastShare)];
        if (holding.Length == 0)
        {
            if (touching.Length > 0) Straddling++;
            else Unlabelled++;
            return null;
        }

        string[] values = [.. holding.Select(value => value.Key).Order(StringComparer.Ordinal)];
        bool several = _config is LabelledOutput { Reading: ProblemType.MultiLabelClassification };
        if (values.Length > 1 && !several)
        {
            throw new TrainingException(
                $"output {_output}: the window of {window.Entity} from {window.Start} has the labels {string.Join(", ", values)}, expected one");
        }

        Labelled++;
        foreach (IGrouping<string, LabelInterval> value in holding) _used.UnionWith(value);
        return Target.Make(_output, _config, values);
    }

    // Intervals of one value may follow one another, or overlap: a machine may tell its state again and again.
    private static double ShareOf(StoredWindow window, IEnumerable<LabelInterval> ofOneValue)
    {
        long covered = 0;
        EventTime done = window.Start;
        foreach (LabelInterval label in ofOneValue.OrderBy(l => l.From))
        {
            EventTime from = label.From < done ? done : label.From, to = label.To < window.End ? label.To : window.End;
            if (to <= from) continue;
            covered += to - from;
            done = to;
        }

        return (double)covered / (window.End - window.Start);
    }
}
