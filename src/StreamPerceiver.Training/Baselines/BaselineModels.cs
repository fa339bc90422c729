using StreamPerceiver.Model;

namespace StreamPerceiver.Training;

/// <summary>
/// Simple models beside a network, on the same windows: chance (what is most frequent, or the mean), the nearest mean of a label's windows, and a linear
/// layer on the tokens. In memory are some rows of D numbers for each number of an output, and a batch of windows.
/// </summary>
public sealed class BaselineModels
{
    private const long MostNumbers = 50_000_000;
    private const int Batch = 64;

    private readonly TokenFeatures _features;
    private readonly IReadOnlyList<Example> _training;

    /// <summary>Prepares the windows that the models learn from.</summary>
    /// <param name="reader">Reads the windows of both sets.</param>
    /// <param name="config">The model's sizes.</param>
    /// <param name="training">The examples to learn from.</param>
    /// <exception cref="TrainingException">They would need too much memory.</exception>
    public BaselineModels(BatchReader reader, PerceiverConfig config, IReadOnlyList<Example> training)
    {
        long features = TokenFeatures.CountOf(reader.Store, config), numbers = training.SelectMany(e => e.Targets.Values).Max(t => t.Length);
        if (features * numbers > MostNumbers)
        {
            throw new TrainingException(
                $"baselines: {features} numbers of a window for {numbers} of an output are {features * numbers} weights, expected at most {MostNumbers}");
        }

        (_features, _training) = (new TokenFeatures(reader, config, [.. training.Select(e => e.Row)]), training);
    }

    /// <summary>Computes the figures of the models.</summary>
    /// <param name="scorer">The output.</param>
    /// <param name="examples">The examples to evaluate on.</param>
    public IReadOnlyList<BaselineFigure> Of(OutputScorer scorer, IReadOnlyList<Example> examples)
    {
        string output = scorer.Output;
        Example[] training = [.. _training.Where(e => e.Targets.ContainsKey(output))], others = [.. examples.Where(e => e.Targets.ContainsKey(output))];
        if (training.Length == 0) throw new TrainingException($"baselines: no window to learn from has a label of {output}, expected some");
        float[][] targets = [.. others.Select(e => e.Targets[output])];
        List<BaselineFigure> figures = [Figure("chance", [.. Enumerable.Repeat(Chance(scorer, training), others.Length)], hasLoss: true)];
        if (scorer is LabelScorer) figures.Add(Figure("nearest mean", Nearest(training, others, output), hasLoss: false));
        figures.Add(Figure("linear", Linear(scorer, training, others), hasLoss: true));
        return figures;

        BaselineFigure Figure(string name, IReadOnlyList<float[]> answers, bool hasLoss)
            => new(name, scorer.Summarise(answers, targets), hasLoss ? answers.Zip(targets, scorer.Loss).Average() : null);
    }

    // What is answered without a look at the window: of labels, logits of their frequencies.
    private static float[] Chance(OutputScorer scorer, Example[] training)
    {
        double[] means = [.. training[0].Targets[scorer.Output].Select((_, k) => training.Average(e => (double)e.Targets[scorer.Output][k]))];
        return [.. means.Select(mean => (float)(scorer switch
        {
            LabelScorer => Math.Log(Math.Max(mean, 1e-6)),
            LabelsScorer => Math.Log(Math.Max(mean, 1e-6) / Math.Max(1 - mean, 1e-6)),
            _ => mean,
        }))];
    }

    private float[][] Nearest(Example[] training, Example[] others, string output)
    {
        int labels = training[0].Targets[output].Length;
        (float[] Mean, int Count)[] means = [.. Enumerable.Range(0, labels).Select(_ => (new float[_features.Count], 0))];
        foreach (Example[] batch in training.Chunk(Batch))
        {
            float[] numbers = _features.Read([.. batch.Select(e => e.Row)]);
            for (int b = 0; b < batch.Length; b++)
            {
                ref (float[] Mean, int Count) own = ref means[LabelScorer.Right(batch[b].Targets[output])];
                for (int d = 0; d < own.Mean.Length; d++) own.Mean[d] += numbers[(b * own.Mean.Length) + d];
                own.Count++;
            }
        }

        foreach ((float[] mean, int count) in means)
            for (int d = 0; d < mean.Length; d++) mean[d] /= Math.Max(1, count);
        return
        [
            .. others.Chunk(Batch).SelectMany(batch => _features.Read([.. batch.Select(e => e.Row)]).Chunk(_features.Count)).Select(row => means
                .Select(m => m.Count == 0 ? float.NegativeInfinity : -Distance(row, m.Mean)).ToArray()),
        ];
    }

    // The squared distance.
    private static float Distance(float[] one, float[] other)
    {
        double sum = 0;
        for (int d = 0; d < one.Length; d++) sum += (double)(one[d] - other[d]) * (one[d] - other[d]);
        return (float)sum;
    }

    private IReadOnlyList<float[]> Linear(OutputScorer scorer, Example[] training, Example[] others)
    {
        string output = scorer.Output;
        LossKind kind = scorer switch { LabelScorer => LossKind.CrossEntropy, LabelsScorer => LossKind.Sigmoid, _ => LossKind.Mse };
        int count = training[0].Targets[output].Length;
        double[] means = new double[count], deviations = [.. Enumerable.Repeat(1.0, count)];
        if (kind == LossKind.Mse)
        {
            means = [.. means.Select((_, k) => training.Average(e => (double)e.Targets[output][k]))];
            deviations = [.. means.Select((m, k) => Math.Sqrt(training.Average(e => Math.Pow(e.Targets[output][k] - m, 2)))).Select(d => d > 0 ? d : 1)];
        }

        Example[] scaled =
        [
            .. training.Select(e => e with
            {
                Targets = new Dictionary<string, float[]> { [output] = [.. e.Targets[output].Select((t, k) => (float)((t - means[k]) / deviations[k]))] },
            }),
        ];
        using var model = new LinearModel(_features, scaled, output, kind);
        return [.. model.Answer(others.Select(e => e.Row)).Select(a => a.Select((x, k) => (float)((x * deviations[k]) + means[k])).ToArray())];
    }
}
