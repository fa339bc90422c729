using FsCheck.Fluent;

using Xunit.Abstractions;

using static TorchSharp.torch;

namespace StreamPerceiver.Model.Tests;

/// <summary>
/// Dense products in bfloat16 give nearly the results of float32. A difference is a root mean square, divided by that of the float32 output.
/// </summary>
public sealed class PrecisionTests(ITestOutputHelper log)
{
    [Theory]
    [InlineData(PlanChoice.Kernels)]
    [InlineData(PlanChoice.Tensors)]
    public void A_model_of_any_make_gives_nearly_the_same_in_bfloat16(string plan) => Prop.ForAll(RandomModels.Configs, config =>
    {
        foreach ((string name, double share) in Differences(plan, config, RandomModels.Inputs(config, batch: 2), RandomModels.AllPoints(config)))
            share.ShouldBeLessThan(0.15, name); // a dozen channels average out little
    }).Holds();

    [Theory]
    [InlineData("language-perceiver", PlanChoice.Kernels, 0.02)]
    [InlineData("language-perceiver", PlanChoice.Tensors, 0.02)]
    [InlineData("vision-perceiver-fourier", PlanChoice.Kernels, 0.02)]
    [InlineData("vision-perceiver-fourier", PlanChoice.Tensors, 0.02)]
    [InlineData("optical-flow-perceiver", PlanChoice.Kernels, 0.02)]
    [InlineData("optical-flow-perceiver", PlanChoice.Tensors, 0.03)]
    [InlineData("multimodal-perceiver", PlanChoice.Kernels, 0.02)]
    [InlineData("multimodal-perceiver", PlanChoice.Tensors, 0.02)]
    [Trait("Category", "Full")]
    public void An_official_model_gives_nearly_the_same_in_bfloat16(string model, string plan, double most)
    {
        PerceiverConfig config = OfficialModels.Get(model);
        Dictionary<string, IReadOnlyList<int>> points = config.Outputs.Where(o => o.Value is DenseOutput)
            .ToDictionary(o => o.Key, o => (IReadOnlyList<int>)[.. ((DenseOutput)o.Value).AllPoints.Take(512)]);
        foreach ((string name, double share) in Differences(plan, config, RandomModels.Inputs(config, batch: 1), points))
        {
            log.WriteLine($"{model} {plan} {name}: {share:E1}");
            share.ShouldBeInRange(1e-6, most, name); // and it is another precision
        }
    }

    private static IEnumerable<(string Output, double Share)> Differences(
        string plan, PerceiverConfig config, Dictionary<string, ModelInput> inputs, Dictionary<string, IReadOnlyList<int>> points)
    {
        using IDisposable scope = NewDisposeScope();
        IReadOnlyList<SafeTensor> weights = WeightRecipe.Make(config);
        using PerceiverModel exact = new(config, weights), rounded = new(config, weights, Some.Plan(plan, Precision.BFloat16));
        IReadOnlyDictionary<string, Tensor> expected = exact.Forward(inputs, points), found = rounded.Forward(inputs, points);
        foreach ((string name, Tensor output) in expected)
        {
            found[name].dtype.ShouldBe(ScalarType.Float32);
            float[] e = Arrays.ToFloats(output), f = Arrays.ToFloats(found[name]);
            double difference = Math.Sqrt(e.Zip(f, (x, y) => ((double)x - y) * (x - y)).Sum()), size = Math.Sqrt(e.Sum(x => (double)x * x));
            yield return (name, size > 0 ? difference / size : difference);
        }
    }
}
