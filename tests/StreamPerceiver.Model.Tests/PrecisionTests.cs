using FsCheck.Fluent;

using Xunit.Abstractions;

using static TorchSharp.torch;

namespace StreamPerceiver.Model.Tests;

/// <summary>Dense products in bfloat16 give nearly what they give in float32. Differences are root mean squares, as shares of the float32 output's own.</summary>
public sealed class PrecisionTests(ITestOutputHelper log)
{
    [Fact]
    public void A_model_of_any_make_gives_nearly_the_same_in_bfloat16() => Prop.ForAll(RandomModels.Configs, config =>
    {
        foreach ((string name, double share) in Differences(config, RandomModels.Inputs(config, batch: 2), RandomModels.AllPoints(config)))
            share.ShouldBeLessThan(0.15, name); // a dozen channels average out little
    }).Holds();

    [Theory]
    [InlineData("language-perceiver", 0.02)]
    [InlineData("vision-perceiver-fourier", 0.02)]
    [InlineData("optical-flow-perceiver", 0.02)]
    [InlineData("multimodal-perceiver", 0.02)]
    [Trait("Category", "Full")]
    public void An_official_model_gives_nearly_the_same_in_bfloat16(string model, double most)
    {
        PerceiverConfig config = OfficialModels.Get(model);
        Dictionary<string, IReadOnlyList<int>> points = config.Outputs.Where(o => o.Value is DenseOutput)
            .ToDictionary(o => o.Key, o => (IReadOnlyList<int>)[.. ((DenseOutput)o.Value).AllPoints.Take(512)]);
        foreach ((string name, double share) in Differences(config, RandomModels.Inputs(config, batch: 1), points))
        {
            log.WriteLine($"{model} {name}: {share:E1}");
            share.ShouldBeInRange(1e-6, most, name); // and it is another precision
        }
    }

    private static IEnumerable<(string Output, double Share)> Differences(
        PerceiverConfig config, Dictionary<string, ModelInput> inputs, Dictionary<string, IReadOnlyList<int>> points)
    {
        using IDisposable scope = NewDisposeScope();
        IReadOnlyList<SafeTensor> weights = WeightRecipe.Make(config);
        using PerceiverModel exact = new(config, weights), rounded = new(config, weights, ExecutionPlan.Kernels(Precision.BFloat16));
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
