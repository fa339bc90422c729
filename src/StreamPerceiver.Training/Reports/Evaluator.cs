using StreamPerceiver.Formats;
using StreamPerceiver.Model;

namespace StreamPerceiver.Training;

/// <summary>Evaluates a model on windows with labels.</summary>
/// <param name="reader">Reads the windows.</param>
/// <param name="examples">The windows with a label.</param>
/// <param name="scorers">The outputs.</param>
public sealed class Evaluator(BatchReader reader, IReadOnlyList<Example> examples, IReadOnlyList<OutputScorer> scorers)
{
    private const int Worst = 12, MostInputsOfAllSets = 5;

    private readonly string[] _inputs = [.. reader.Store.Inputs.Select(i => i.Name)];

    /// <summary>Makes the report of a model.</summary>
    /// <param name="pipeline">Name of the pipeline.</param>
    /// <param name="name">Name of the model's directory.</param>
    /// <param name="model">The model.</param>
    /// <param name="progress">Called before each run over all windows, with the inputs that the model then has (default: nothing).</param>
    public EvaluationReport Report(string pipeline, string name, PerceiverModel model, Action<IReadOnlyList<string>>? progress = null)
    {
        string[][] sets = scorers.Count > 0 ? [.. Sets(_inputs)] : [];
        var answers = new List<IReadOnlyDictionary<string, float[]>[]>();
        foreach (string[] kept in sets)
        {
            progress?.Invoke(kept);
            answers.Add([.. Answers.OfEach(model, reader, examples.Select(e => e.Row), [.. scorers.Select(s => s.Output)], [.. _inputs.Except(kept)])]);
        }

        return new EvaluationReport
        {
            Pipeline = pipeline,
            Model = name,
            Windows = examples.Count,
            Entities = examples.Select(e => reader.Store.Windows[e.Row].Entity).Distinct(StringComparer.Ordinal).Count(),
            Inputs = _inputs,
            Outputs = [.. scorers.Where(s => examples.Any(e => e.Targets.ContainsKey(s.Output))).Select(s => ReportOf(s, sets, answers))],
        };
    }

    /// <summary>Computes the scores of a model, window by window, of one output.</summary>
    /// <param name="model">The model.</param>
    /// <param name="scorer">The output.</param>
    public IReadOnlyDictionary<ComparedWindow, double> Scores(PerceiverModel model, OutputScorer scorer)
    {
        Example[] there = [.. examples.Where(e => e.Targets.ContainsKey(scorer.Output))];
        return there.Zip(Answers.OfEach(model, reader, there.Select(e => e.Row), [scorer.Output])).ToDictionary(
            w => Compared(reader.Store.Windows[w.First.Row]), w => scorer.Score(w.Second[scorer.Output], w.First.Targets[scorer.Output]));
    }

    private OutputReport ReportOf(OutputScorer scorer, string[][] sets, List<IReadOnlyDictionary<string, float[]>[]> answers)
    {
        string output = scorer.Output;
        int[] there = [.. Enumerable.Range(0, examples.Count).Where(i => examples[i].Targets.ContainsKey(output))];
        ScoredWindow[] Of(int set)
            => [.. there.Select(i => new ScoredWindow(examples[i].Row, Checked(output, i, answers[set][i]), examples[i].Targets[output]))];
        ScoredWindow[] windows = Of(0);
        InputsFigure[] masked = [.. sets.Select((kept, set) => FigureOf(scorer, kept, Of(set)))];
        return new OutputReport
        {
            Output = output,
            Kind = scorer.Kind,
            Figure = scorer.Figure,
            Windows = windows.Length,
            Value = masked[0].Value,
            Loss = masked[0].Loss,
            Calibration = OutputFigures.CalibrationOf(scorer, windows),
            Labels = OutputFigures.LabelsOf(scorer, windows),
            Confusion = OutputFigures.ConfusionOf(scorer, windows),
            Values = OutputFigures.ValuesOf(scorer, windows),
            Masked = masked,
            Present =
            [
                .. windows.GroupBy(w => string.Join('\n', PresentIn(w.Row))).Select(g => FigureOf(scorer, PresentIn(g.First().Row), [.. g]))
                    .OrderByDescending(f => f.Inputs.Count).ThenByDescending(f => f.Windows),
            ],
            Worst = [.. windows.OrderByDescending(w => scorer.Loss(w.Answer, w.Target)).Take(Worst).Select(w => WorstOf(scorer, w))],
        };
    }

    private float[] Checked(string output, int example, IReadOnlyDictionary<string, float[]> answers)
    {
        if (answers[output].All(float.IsFinite)) return answers[output];
        StoredWindow window = reader.Store.Windows[examples[example].Row];
        throw new TrainingException(
            $"output {output}: the answer to the window of {window.Entity} from {window.Start} is {answers[output].First(x => !float.IsFinite(x))}, "
            + "expected finite numbers");
    }

    private static InputsFigure FigureOf(OutputScorer scorer, IReadOnlyList<string> inputs, ScoredWindow[] windows) => new(
        inputs, windows.Length, scorer.Summarise([.. windows.Select(w => w.Answer)], [.. windows.Select(w => w.Target)]),
        windows.Average(w => scorer.Loss(w.Answer, w.Target)));

    private WorstWindow WorstOf(OutputScorer scorer, ScoredWindow window)
    {
        ComparedWindow place = Compared(reader.Store.Windows[window.Row]);
        return new WorstWindow(
            place.Entity, place.Start, place.End, PresentIn(window.Row), scorer.Truth(window.Target), scorer.Answer(window.Answer),
            scorer.Loss(window.Answer, window.Target))
        {
            Probability = scorer is LabelScorer ? LabelScore.Softmax(window.Answer).Max() : null,
            Row = window.Row,
        };
    }

    private string[] PresentIn(int row) => [.. _inputs.Where((_, i) => reader.Store.Windows[row].Present[i])];

    private static ComparedWindow Compared(StoredWindow window) => new(window.Entity, $"{window.Start}", $"{window.End}");

    // All sets of a few inputs; of many, all, all but one, and one alone.
    private static IEnumerable<string[]> Sets(string[] inputs)
    {
        IEnumerable<string[]> sets = inputs.Length <= MostInputsOfAllSets
            ? Enumerable.Range(1, (1 << inputs.Length) - 1).Select(bits => inputs.Where((_, i) => (bits >> i & 1) == 1).ToArray())
            : [inputs, .. inputs.Select(name => inputs.Where(n => n != name).ToArray()), .. inputs.Select(name => new[] { name })];
        return sets.OrderByDescending(s => s.Length);
    }
}

/// <summary>What a model answered to a window.</summary>
/// <param name="Row">The row of the window in its store.</param>
/// <param name="Answer">The numbers of the output, (K).</param>
/// <param name="Target">What is true, (K).</param>
internal sealed record ScoredWindow(int Row, float[] Answer, float[] Target);
