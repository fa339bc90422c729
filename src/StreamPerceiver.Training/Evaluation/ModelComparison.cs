namespace StreamPerceiver.Training;

/// <summary>Two models on the same windows.</summary>
public sealed record ModelComparison
{
    private const int Resamples = 5000, LeastEntities = 5;

    /// <summary>Name of the other model's directory.</summary>
    public required string Model { get; init; }

    /// <summary>Name of the other model's pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>Windows of the same entity and time that both have.</summary>
    public required int Windows { get; init; }

    /// <summary>Windows with a label that one of them has alone, and that are left out.</summary>
    public required int Unmatched { get; init; }

    /// <summary>What is compared: <c>accuracy</c> (all labels right), or <c>mae</c>.</summary>
    public required string Figure { get; init; }

    /// <summary>The figure of this model.</summary>
    public required double Value { get; init; }

    /// <summary>The figure of the other model.</summary>
    public required double Other { get; init; }

    /// <summary>The figure of this model less that of the other one.</summary>
    public double Difference => Value - Other;

    /// <summary>The 95 % confidence interval of the difference, by the percentiles of a bootstrap.</summary>
    public required IReadOnlyList<double> Interval { get; init; }

    /// <summary>What the bootstrap draws: <c>entities</c> if there are at least 5, as the windows of one resemble each other, or <c>windows</c>.</summary>
    public required string Drawn { get; init; }

    /// <summary>Windows that this model alone has right; null for values.</summary>
    public IReadOnlyList<ComparedWindow>? RightHere { get; init; }

    /// <summary>Windows that the other model alone has right; null for values.</summary>
    public IReadOnlyList<ComparedWindow>? RightThere { get; init; }

    /// <summary>McNemar's exact p, two-sided: how likely such a difference is if both are as good; null for values.</summary>
    public double? McNemarP { get; init; }

    /// <summary>Compares the scores of two models.</summary>
    /// <param name="kind">The kind of output.</param>
    /// <param name="other">The other model and its pipeline.</param>
    /// <param name="here">Of each window, this model's score: 1 or 0, or an absolute error.</param>
    /// <param name="there">Of each window, the other model's score.</param>
    /// <exception cref="TrainingException">They have no window in common.</exception>
    public static ModelComparison Of(
        string kind, (string Model, string Pipeline) other, IReadOnlyDictionary<ComparedWindow, double> here,
        IReadOnlyDictionary<ComparedWindow, double> there)
    {
        ComparedWindow[] windows = [.. here.Keys.Where(there.ContainsKey)];
        if (windows.Length == 0)
        {
            throw new TrainingException(
                $"{other.Model}: its {there.Count} windows have none of the same entity and time as the {here.Count} of this model, expected some");
        }

        bool isBinary = kind != "values";
        ComparedWindow[] rightHere = [.. windows.Where(w => here[w] > there[w])], rightThere = [.. windows.Where(w => there[w] > here[w])];
        double[][] byEntity = [.. windows.GroupBy(w => w.Entity, StringComparer.Ordinal).Select(g => g.Select(w => here[w] - there[w]).ToArray())];
        bool drawsEntities = byEntity.Length >= LeastEntities;
        return new ModelComparison
        {
            Model = other.Model,
            Pipeline = other.Pipeline,
            Windows = windows.Length,
            Unmatched = here.Count + there.Count - (2 * windows.Length),
            Figure = isBinary ? "accuracy" : "mae",
            Value = windows.Average(w => here[w]),
            Other = windows.Average(w => there[w]),
            Interval = Bootstrap(drawsEntities ? byEntity : [.. byEntity.SelectMany(e => e).Select(d => new[] { d })]),
            Drawn = drawsEntities ? "entities" : "windows",
            RightHere = isBinary ? rightHere : null,
            RightThere = isBinary ? rightThere : null,
            McNemarP = isBinary ? McNemar(rightHere.Length, rightThere.Length) : null,
        };
    }

    /// <summary>Computes McNemar's exact p: twice the lower tail of a binomial distribution with even odds, at most 1.</summary>
    /// <param name="one">Windows that one model alone has right.</param>
    /// <param name="other">Windows that the other alone has right.</param>
    internal static double McNemar(int one, int other)
    {
        int all = one + other;
        double log = -all * Math.Log(2), tail = 0;                          // the logarithm of the probability of k
        for (int k = 0; k <= Math.Min(one, other); k++)
        {
            tail += Math.Exp(log);
            log += Math.Log(all - k) - Math.Log(k + 1);
        }

        return Math.Min(1, 2 * tail);
    }

    // Draws groups with replacement. The mean is that of all their windows.
    private static double[] Bootstrap(double[][] groups)
    {
        Random random = Seeds.Make(1, 0, 0);
        (double Sum, int Count)[] sums = [.. groups.Select(g => (g.Sum(), g.Length))];
        double[] means = new double[Resamples];
        for (int i = 0; i < Resamples; i++)
        {
            (double sum, int count) = (0, 0);
            for (int k = 0; k < sums.Length; k++)
            {
                (double more, int windows) = sums[random.Next(sums.Length)];
                (sum, count) = (sum + more, count + windows);
            }

            means[i] = sum / count;
        }

        Array.Sort(means);
        return [means[(int)(0.025 * Resamples)], means[(int)(0.975 * Resamples) - 1]];
    }
}

/// <summary>A window that two models have answered.</summary>
/// <param name="Entity">The entity.</param>
/// <param name="Start">First instant of the window, RFC 3339.</param>
/// <param name="End">First instant after it.</param>
public sealed record ComparedWindow(string Entity, string Start, string End);
