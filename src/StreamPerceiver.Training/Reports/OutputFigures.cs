using StreamPerceiver.Formats;

namespace StreamPerceiver.Training;

/// <summary>Computes the figures of an output that only some kinds have.</summary>
internal static class OutputFigures
{
    /// <summary>Computes the calibration of probabilities; null for values.</summary>
    public static Calibration? CalibrationOf(OutputScorer scorer, IReadOnlyList<ScoredWindow> windows) => scorer switch
    {
        LabelScorer => Calibration.Of(windows.Select(w => (LabelScore.Softmax(w.Answer).Max(), scorer.Score(w.Answer, w.Target) == 1))),
        LabelsScorer => Calibration.Of(windows.SelectMany(w => w.Answer.Zip(w.Target, (x, t) => (LabelScore.Sigmoid(x), t == 1)))),
        _ => null,
    };

    /// <summary>Counts the windows of each label; null for values.</summary>
    public static IReadOnlyList<LabelFigures>? LabelsOf(OutputScorer scorer, IReadOnlyList<ScoredWindow> windows) => scorer switch
    {
        LabelScorer one => Count(one.Labels, [.. windows.Select(w => (LabelScorer.Right(w.Target), LabelScorer.Likeliest(w.Answer)))]),
        LabelsScorer several => [.. several.Labels.Select((label, k) => Count(label, [.. windows.Select(w => (w.Target[k] == 1, w.Answer[k] >= 0))]))],
        _ => null,
    };

    /// <summary>Counts windows by true and answered label; null unless one label is right.</summary>
    public static IReadOnlyList<ConfusionCell>? ConfusionOf(OutputScorer scorer, IReadOnlyList<ScoredWindow> windows)
        => scorer is not LabelScorer { Labels: var labels } ? null :
        [
            .. windows.CountBy(w => (Truth: LabelScorer.Right(w.Target), Answer: LabelScorer.Likeliest(w.Answer))).OrderBy(c => c.Key)
                .Select(c => new ConfusionCell(labels[c.Key.Truth], labels[c.Key.Answer], c.Value)),
        ];

    /// <summary>Computes the errors of each number; null unless the output gives values.</summary>
    public static IReadOnlyList<ValueFigures>? ValuesOf(OutputScorer scorer, IReadOnlyList<ScoredWindow> windows)
    {
        if (scorer is not ValuesScorer values) return null;
        (double[] Answer, double[] Truth)[] all = [.. windows.Select(w => (values.ToUnits(w.Answer), values.ToUnits(w.Target)))];
        int count = values.Names.Count;
        return [.. values.Names.Select((name, k) => Errors(name, [.. all.SelectMany(w => Pairs(w.Answer, w.Truth, k, count))]))];
    }

    private static IEnumerable<(double Answer, double Truth)> Pairs(double[] answer, double[] truth, int first, int step)
    {
        for (int i = first; i < answer.Length; i += step) yield return (answer[i], truth[i]);
    }

    private static ValueFigures Errors(string name, (double Answer, double Truth)[] pairs)
    {
        double mean = pairs.Average(p => p.Truth), squares = pairs.Sum(p => Square(p.Answer - p.Truth)), all = pairs.Sum(p => Square(p.Truth - mean));
        return new ValueFigures(
            name, pairs.Average(p => Math.Abs(p.Answer - p.Truth)), Math.Sqrt(squares / pairs.Length), all == 0 ? null : 1 - (squares / all));
    }

    private static double Square(double x) => x * x;

    private static LabelFigures[] Count(IReadOnlyList<string> labels, IReadOnlyList<(int Truth, int Answer)> windows)
        => [.. labels.Select((label, k) => Count(label, [.. windows.Select(w => (w.Truth == k, w.Answer == k))]))];

    private static LabelFigures Count(string label, IReadOnlyList<(bool IsThere, bool IsAnswered)> windows)
        => new(label, windows.Count(w => w.IsThere), windows.Count(w => w.IsAnswered), windows.Count(w => w.IsThere && w.IsAnswered));
}
