using static TorchSharp.torch;

namespace StreamPerceiver.Training.Tests;

/// <summary>Losses, against their formulas in double precision.</summary>
public sealed class LossTests
{
    private static readonly double[][] Outputs = [[1.5, -0.5, 0.25], [-2, 0.75, 3], [0.1, 0.2, -0.3]];
    private static readonly double[][] Targets = [[1, 0, 0], [0, 1, 0], [0, 0.5, 0.5]];
    private static readonly double[] Weights = [1, 2, 0.5];

    [Theory]
    [InlineData(LossKind.CrossEntropy, 0, false)]
    [InlineData(LossKind.CrossEntropy, 0.1, false)]
    [InlineData(LossKind.CrossEntropy, 0.1, true)]
    [InlineData(LossKind.Focal, 0, false)]
    [InlineData(LossKind.Focal, 0, true)]
    [InlineData(LossKind.Sigmoid, 0, false)]
    [InlineData(LossKind.Sigmoid, 0.1, true)]
    [InlineData(LossKind.L1, 0, false)]
    [InlineData(LossKind.Mse, 0, false)]
    [InlineData(LossKind.Huber, 0, false)]
    public void A_loss_is_that_of_the_formula(LossKind kind, double smoothing, bool isWeighted)
    {
        var options = new LossOptions(kind) { LabelSmoothing = smoothing, ClassWeights = isWeighted ? [.. Weights.Select(w => (float)w)] : null };

        double found = Loss.Of(options, Rows(Outputs), Rows(Targets)).item<float>();

        found.ShouldBe(Expected(options), 1e-5);
    }

    [Fact]
    public void A_target_of_another_shape_is_refused()
        => Should.Throw<TrainingException>(() => Loss.Of(new LossOptions(LossKind.Mse), Rows(Outputs), Rows([.. Targets.Take(2)])))
            .Message.ShouldBe("the loss has an output of [3, 3] and a target of [2, 3]");

    private static Tensor Rows(double[][] rows) => tensor([.. rows.SelectMany(r => r).Select(v => (float)v)]).reshape(rows.Length, rows[0].Length);

    private static double Expected(LossOptions o)
    {
        double[][] costs = [.. Outputs.Zip(Targets, (x, t) => x.Select((_, k) => Cost(o, x, t, k)).ToArray())];
        if (o.Kind is not (LossKind.CrossEntropy or LossKind.Focal)) return costs.SelectMany(c => c).Average();
        return o.ClassWeights is null
            ? costs.Select(c => c.Sum()).Average()
            : costs.Sum(c => c.Sum()) / Targets.Sum(t => t.Select((v, k) => v * Weights[k]).Sum());
    }

    private static double Cost(LossOptions o, double[] x, double[] t, int k)
    {
        double weight = o.ClassWeights is null ? 1 : Weights[k], difference = Math.Abs(x[k] - t[k]), share = Math.Exp(x[k]) / x.Sum(Math.Exp);
        double smooth = (t[k] * (1 - o.LabelSmoothing)) + (o.LabelSmoothing / (o.Kind == LossKind.Sigmoid ? 2 : 3));
        return o.Kind switch
        {
            LossKind.CrossEntropy => -weight * smooth * Math.Log(share),
            LossKind.Focal => -weight * smooth * Math.Log(share) * Math.Pow(1 - share, 2),
            LossKind.Sigmoid => weight * -((smooth * Math.Log(Sigmoid(x[k]))) + ((1 - smooth) * Math.Log(1 - Sigmoid(x[k])))),
            LossKind.L1 => difference,
            LossKind.Mse => difference * difference,
            _ => difference <= 1 ? difference * difference / 2 : difference - 0.5,
        };
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
