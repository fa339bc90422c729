using static TorchSharp.torch;

namespace StreamPerceiver.Model.Tests;

/// <summary>Steps of the optimizers, against their formulas in double precision.</summary>
public sealed class OptimizerTests
{
    private const double Rate = 0.02;

    private static readonly float[] Start = [0.5f, -1.25f, 2, 0.125f, -0.75f, 3];
    private static readonly float[][] Slopes = [[0.3f, -0.2f, 1, 0.5f, -2, 0.01f], [-0.1f, 0.4f, 0.9f, 0, 1, -0.02f], [0.2f, 0.2f, -3, 1, 0.5f, 0.03f]];

    [Theory]
    [InlineData(OptimizerRule.AdamW)]
    [InlineData(OptimizerRule.Lamb)]
    public void Steps_are_those_of_the_formula(OptimizerRule rule)
    {
        var options = new OptimizerOptions { Rule = rule, WeightDecay = 0.1, Epsilon = 1e-6 };
        using Tensor matrix = Weight(2, 3), vector = Weight(6);

        using var optimizer = new Optimizer(new Dictionary<string, Tensor> { ["matrix"] = matrix, ["vector"] = vector }, options);
        foreach (float[] slopes in Slopes) Step(optimizer, slopes, matrix, vector);

        Arrays.ToFloats(matrix.detach()).ShouldBe(Expected(options, decay: 0.1), 1e-6f);
        Arrays.ToFloats(vector.detach()).ShouldBe(Expected(options, decay: 0), 1e-6f);
    }

    [Fact]
    public void A_restored_optimizer_goes_on_to_the_same_bits()
    {
        using Tensor one = Weight(2, 3), other = Weight(2, 3);
        using var whole = new Optimizer(new Dictionary<string, Tensor> { ["w"] = one }, new OptimizerOptions());
        using var first = new Optimizer(new Dictionary<string, Tensor> { ["w"] = other }, new OptimizerOptions());
        using var second = new Optimizer(new Dictionary<string, Tensor> { ["w"] = other }, new OptimizerOptions());

        foreach (float[] slopes in Slopes) Step(whole, slopes, one);
        Step(first, Slopes[0], other);
        second.Restore("state", first.ToTensors().ToDictionary(t => t.Name));
        foreach (float[] slopes in Slopes[1..]) Step(second, slopes, other);

        second.Steps.ShouldBe(3);
        Arrays.ToFloats(other.detach()).ShouldBe(Arrays.ToFloats(one.detach()));
    }

    [Fact]
    public void The_state_of_another_model_is_refused()
    {
        using Tensor one = Weight(2, 3), other = Weight(6);
        using var optimizer = new Optimizer(new Dictionary<string, Tensor> { ["w"] = one }, new OptimizerOptions());
        using var strange = new Optimizer(new Dictionary<string, Tensor> { ["w"] = other }, new OptimizerOptions());

        Should.Throw<CheckpointException>(() => optimizer.Restore("state", strange.ToTensors().ToDictionary(t => t.Name)))
            .Message.ShouldContain("'mean.w' is [6], expected [2, 3]");
    }

    [Fact]
    public void Gradients_are_clipped_by_their_common_norm()
    {
        using Tensor one = Weight(6), other = Weight(6);
        Give(one, [3, 0, 0, 0, 0, 0]);
        Give(other, [0, 4, 0, 0, 0, 0]);

        Gradients.ClipNorm([one, other], 10).ShouldBe(5, 1e-6);
        Gradients.ClipNorm([one, other], 1).ShouldBe(5, 1e-6);

        Arrays.ToFloats(one.grad!).ShouldBe([0.6f, 0, 0, 0, 0, 0], 1e-6f);
        Arrays.ToFloats(other.grad!).ShouldBe([0, 0.8f, 0, 0, 0, 0], 1e-6f);
    }

    private static Tensor Weight(params long[] shape) => Arrays.ToTensor(Start, CPU, shape).requires_grad_(true);

    private static void Give(Tensor weight, float[] slopes) => weight.grad = Arrays.ToTensor(slopes, CPU, weight.shape);

    private static void Step(Optimizer optimizer, float[] slopes, params Tensor[] weights)
    {
        foreach (Tensor weight in weights) Give(weight, slopes);
        optimizer.Step(Rate);
    }

    private static float[] Expected(OptimizerOptions o, double decay)
    {
        double[] w = [.. Start.Select(v => (double)v)], m = new double[w.Length], v = new double[w.Length], u = new double[w.Length];
        for (int t = 1; t <= Slopes.Length; t++)
        {
            for (int i = 0; i < w.Length; i++)
            {
                double g = Slopes[t - 1][i];
                m[i] = (o.Beta1 * m[i]) + ((1 - o.Beta1) * g);
                v[i] = (o.Beta2 * v[i]) + ((1 - o.Beta2) * g * g);
                u[i] = (m[i] / (1 - Math.Pow(o.Beta1, t)) / (Math.Sqrt(v[i] / (1 - Math.Pow(o.Beta2, t))) + o.Epsilon)) + (decay * w[i]);
            }

            double trust = o.Rule == OptimizerRule.Lamb ? Norm(w) / Norm(u) : 1;
            for (int i = 0; i < w.Length; i++) w[i] -= Rate * trust * u[i];
        }

        return [.. w.Select(x => (float)x)];
    }

    private static double Norm(double[] x) => Math.Sqrt(x.Sum(v => v * v));
}
