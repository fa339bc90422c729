using System.Runtime.InteropServices;
using System.Text.Json;

using Xunit.Abstractions;

using static TorchSharp.torch;

namespace StreamPerceiver.Model.Tests.FullSize;

/// <summary>
/// One recorded run of the reference implementation at full size: 64 elements, sums and bounds of every stage, in float32 and float64, and how far
/// float32 arithmetic may lie from float64. The file describes how it was made.
/// </summary>
internal sealed class ReferenceCase
{
    private static readonly JsonElement File = JsonDocument.Parse(
        System.IO.File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "FullSize", "full.json"))).RootElement;

    private readonly string _name;
    private readonly JsonElement _stages;
    private readonly JsonElement _tolerance;
    private readonly ITestOutputHelper _log;

    public ReferenceCase(string model, string recipe, string run, ITestOutputHelper log)
    {
        JsonElement json = File.GetProperty("models").GetProperty(model);
        _name = $"{model} {recipe} {run}";
        _stages = json.GetProperty("recipes").GetProperty(recipe).GetProperty(run).GetProperty("stages");
        _tolerance = json.GetProperty("recommended_tolerance_logits").GetProperty(recipe);
        _log = log;
    }

    /// <summary>The text of a config.json of the model.</summary>
    public static string ConfigJson(string model)
    {
        JsonElement json = File.GetProperty("models").GetProperty(model);
        Dictionary<string, object> fields = json.GetProperty("config").EnumerateObject().ToDictionary(p => p.Name, p => (object)p.Value);
        fields["architectures"] = new[] { json.GetProperty("model_class").GetString() };
        return JsonSerializer.Serialize(fields);
    }

    /// <summary>The first numbers of some tensors under the peaked recipe.</summary>
    public static Dictionary<string, double[]> WeightProbes(string model) =>
        File.GetProperty("models").GetProperty(model).GetProperty("weight_probes_Aplus_first3").EnumerateObject()
            .ToDictionary(p => p.Name, p => Numbers(p.Value));

    /// <summary>Holds a stage before the outputs to five times the noise that float32 has in the reference.</summary>
    public void ShouldMatch(string stage, Tensor actual)
    {
        JsonElement recorded = _stages.GetProperty(stage);
        double allowed = Math.Max(5 * recorded.GetProperty("noise_fp32_vs_fp64").GetProperty("max_abs").GetDouble(), 1e-6);
        Compare(stage, actual, recorded, allowed, relative: 0, rootMeanSquare: allowed);
    }

    /// <summary>Holds an output to the recommended tolerances.</summary>
    public void OutputShouldMatch(string stage, Tensor actual) => Compare(
        stage, actual, _stages.GetProperty(stage), Tolerance("abs"), Tolerance("rel"), Tolerance("rms_abs"));

    private double Tolerance(string kind) => _tolerance.GetProperty(kind).GetDouble();

    private void Compare(string stage, Tensor actual, JsonElement recorded, double absolute, double relative, double rootMeanSquare)
    {
        string what = $"{_name} {stage}";
        actual.shape.ShouldBe(Numbers(recorded.GetProperty("shape")).Select(v => (long)v), what);
        using Tensor rows = actual.contiguous();
        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(rows.bytes);
        double[] expected = Numbers(recorded.GetProperty("elements_fp64"));
        double worst = 0;
        double squares = 0;
        for (int k = 0; k < expected.Length; k++)
        {
            long at = expected.Length < 64 ? k : (long)k * (values.Length - 1) / 63;
            double off = Math.Abs(values[(int)at] - expected[k]);
            off.ShouldBeLessThanOrEqualTo(absolute + (relative * Math.Abs(expected[k])), $"{what}, element {at}");
            worst = Math.Max(worst, off);
            squares += off * off;
        }

        double rms = Math.Sqrt(squares / expected.Length);
        _log.WriteLine($"{what}: largest difference {worst:E2}, root mean square {rms:E2}");
        rms.ShouldBeLessThanOrEqualTo(rootMeanSquare, what);
        CompareWhole(what, values, recorded, absolute, relative, rootMeanSquare);
    }

    private static void CompareWhole(string what, ReadOnlySpan<float> values, JsonElement recorded, double absolute, double relative, double rootMeanSquare)
    {
        (double sum, double squares, float least, float most) = (0, 0, float.MaxValue, float.MinValue);
        foreach (float value in values)
        {
            sum += value;
            squares += (double)value * value;
            least = Math.Min(least, value);
            most = Math.Max(most, value);
        }

        // The recorded numbers have eight digits.
        ShouldBeNear("min", least, slack => absolute + (relative * slack));
        ShouldBeNear("max", most, slack => absolute + (relative * slack));
        ShouldBeNear("l2", Math.Sqrt(squares), slack => (rootMeanSquare * Math.Sqrt(Count(recorded))) + (1e-7 * slack));
        ShouldBeNear("sum", sum, slack => (rootMeanSquare * Count(recorded)) + (1e-7 * slack));

        void ShouldBeNear(string name, double actual, Func<double, double> allowed)
        {
            double expected = recorded.GetProperty(name).GetDouble();
            Math.Abs(actual - expected).ShouldBeLessThanOrEqualTo(allowed(Math.Abs(expected)), $"{what}, {name} is {actual}, expected {expected}");
        }
    }

    private static double Count(JsonElement recorded) => Numbers(recorded.GetProperty("shape")).Aggregate(1.0, (a, b) => a * b);

    private static double[] Numbers(JsonElement json) => [.. json.EnumerateArray().Select(v => v.GetDouble())];
}
