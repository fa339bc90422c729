using TorchSharp;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace StreamPerceiver.Model.Tests;

/// <summary>Gradients of the training plan, against differences of the loss in float64.</summary>
public sealed class GradientTests(ITestOutputHelper log)
{
    private const double Step = 1e-6;

    [Fact]
    public void The_gradient_of_every_weight_of_any_model_is_the_slope_of_the_loss()
    {
        foreach (int seed in Enumerable.Range(0, 30))
        {
            PerceiverConfig config = RandomModels.Make(new Random(seed));
            ShouldBeSlopes(config, RandomModels.Inputs(config, batch: 2), RandomModels.AllPoints(config));
        }
    }

    [Theory]
    [InlineData("A")]
    [InlineData("A2")]
    [InlineData("B")]
    [InlineData("C")]
    [InlineData("D")]
    [InlineData("E")]
    [InlineData("F")]
    [InlineData("G")]
    public void The_gradient_of_every_weight_of_an_official_layout_is_the_slope_of_the_loss(string name)
    {
        PerceiverConfig config = new Golden(name, log).Config();

        ShouldBeSlopes(config, name == "G" ? GoldenInputs.OfMultimodal(config) : GoldenInputs.Of(name, config), GoldenInputs.PointsOf(name));
    }

    [Fact]
    public void The_training_plan_computes_what_the_kernels_compute()
    {
        foreach (int seed in Enumerable.Range(100, 30))
        {
            PerceiverConfig config = RandomModels.Make(new Random(seed));
            using IDisposable scope = NewDisposeScope();
            using PerceiverModel kernels = Some.Model(config);
            using var model = new TrainableModel(config, WeightRecipe.Make(config));
            Dictionary<string, ModelInput> inputs = RandomModels.Inputs(config, batch: 2);

            IReadOnlyDictionary<string, Tensor> expected = kernels.Forward(inputs, RandomModels.AllPoints(config));
            foreach ((string name, Tensor output) in model.Forward(inputs, RandomModels.AllPoints(config)))
                Arrays.ToFloats(output.detach()).ShouldBe(Arrays.ToFloats(expected[name]), 1e-4f);
        }
    }

    [Fact]
    public void A_window_of_which_nothing_is_seen_has_finite_gradients()
    {
        PerceiverConfig config = Some.Config();
        Dictionary<string, ModelInput> inputs = Some.Inputs(config, batch: 2).ToDictionary(
            i => i.Key, i => i.Value with { Mask = stack([zeros(i.Value.Content.size(1)), ones(i.Value.Content.size(1))]) });

        ShouldBeSlopes(config, inputs, []);
    }

    private static void ShouldBeSlopes(
        PerceiverConfig config, Dictionary<string, ModelInput> inputs, Dictionary<string, IReadOnlyList<int>> points)
    {
        using IDisposable scope = NewDisposeScope();
        using var model = new TrainableModel(config, WeightRecipe.Make(config, peaked: true), new TrainingPlan(CPU, Precision.Float32, ScalarType.Float64));

        Loss().backward();

        foreach ((string name, Tensor weight) in model.Parameters)
        {
            // A weight without a gradient must not matter to the loss.
            using Tensor gradient = weight.grad ?? ones_like(weight);
            double length = gradient.mul(gradient).sum().sqrt().item<double>(), slope = weight.grad is null ? 0 : length;
            double.IsFinite(slope).ShouldBeTrue(name);
            if (length == 0) continue;
            using Scalar up = Scalars.Create(Step / length), down = Scalars.Create(-2 * Step / length);
            using (no_grad())
            {
                weight.add_(gradient, up);                                  // a step of this length, in the steepest direction
                double above = Loss().item<double>();
                weight.add_(gradient, down);
                double below = Loss().item<double>();
                weight.add_(gradient, up);
                ((above - below) / (2 * Step)).ShouldBe(slope, 1e-6 + (1e-5 * slope), name);
            }
        }

        // A sum of all outputs with different factors, so that no gradient cancels out.
        Tensor Loss() => model.Forward(inputs, points).OrderBy(o => o.Key, StringComparer.Ordinal)
            .Select((o, i) => o.Value.flatten().mul(Some.Tensor((uint)i + 7, o.Value.numel())).sum())
            .Aggregate((sum, part) => sum.add(part, Scalars.One));
    }
}
