using System.Text.Json;

using Xunit.Abstractions;

using static TorchSharp.torch;

namespace StreamPerceiver.Model.Tests;

/// <summary>One stored case of the reference implementation: its settings and what came out at every stage.</summary>
internal sealed class Golden(string name, ITestOutputHelper log)
{
    public const double Tolerance = 2e-5;

    // The flow's outputs are a hundredth of the others', and hold a hundredth of their rounding.
    private const double FlowTolerance = 3e-7;

    private readonly JsonElement _case = JsonDocument.Parse(File.ReadAllText(PathOf($"{name}.json"))).RootElement;

    public static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "Golden", file);

    public PerceiverConfig Config()
    {
        // The case lists the settings that differ from the defaults. A config.json also has the class.
        Dictionary<string, object> fields = _case.GetProperty("config").EnumerateObject().ToDictionary(p => p.Name, p => (object)p.Value);
        fields["architectures"] = new[] { _case.GetProperty("class").GetString() };
        return ConfigFile.Parse(JsonSerializer.Serialize(fields), name);
    }

    public Dictionary<string, long[]> KeyShapes() =>
        _case.GetProperty("state_dict").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.EnumerateArray().Select(v => v.GetInt64()).ToArray());

    /// <summary>Compares a stage with everything that is recorded of it.</summary>
    public void ShouldMatch(string stage, Tensor actual)
    {
        JsonElement recorded = stage.Split('.').Aggregate(_case, (json, part) => json.GetProperty(part));
        actual.shape.ShouldBe(Numbers(recorded, "shape").Select(v => (long)v), stage);
        float[] values = Arrays.ToFloats(actual);
        double tolerance = name == "F" && stage == "logits" ? FlowTolerance : Tolerance;
        double worst = 0;
        if (recorded.TryGetProperty("values", out _))
            worst = Worst(values, Numbers(recorded, "values"));
        else
        {
            double[] first = Numbers(recorded, "first");
            double[] last = Numbers(recorded, "last");
            worst = Math.Max(Worst(values[..first.Length], first), Worst(values[^last.Length..], last));
            double sum = Math.Abs(values.Sum(v => (double)v) - recorded.GetProperty("sum").GetDouble());
            double l2 = Math.Abs(Math.Sqrt(values.Sum(v => (double)v * v)) - recorded.GetProperty("l2").GetDouble());
            log.WriteLine($"{name} {stage}: sum differs by {sum:E2}, l2 by {l2:E2}");

            // Differences of one sign would add up to the tolerance times the length; those of rounding grow with its root.
            sum.ShouldBeLessThan(tolerance * Math.Sqrt(values.Length), stage);
            l2.ShouldBeLessThan(tolerance, stage);
        }

        log.WriteLine($"{name} {stage}: largest difference {worst:E2}");
        worst.ShouldBeLessThan(tolerance, stage);
    }

    private static double Worst(float[] actual, double[] expected)
    {
        actual.Length.ShouldBe(expected.Length);
        return actual.Zip(expected, (a, e) => Math.Abs(a - e)).Max();
    }

    private static double[] Numbers(JsonElement json, string field) => [.. json.GetProperty(field).EnumerateArray().Select(v => v.GetDouble())];
}
