using StreamPerceiver.Formats;
using static StreamPerceiver.Model.ConfigRules;

namespace StreamPerceiver.Model;

/// <summary>
/// Numbers that a model has to hold, by its sizes. Each size may be in its range, and their product more than a machine holds. Such a configuration is
/// refused before anything of that size is made.
/// </summary>
internal static class SizeRules
{
    /// <summary>Most numbers of one array between two layers.</summary>
    internal const long MostNumbers = 1L << 31;

    private const int MostLayers = 4096;
    private const long MostOfTensor = int.MaxValue / sizeof(float) - 14;

    // A configuration with one such tensor has many as a rule.
    private const int MostNamed = 5;

    /// <summary>The problems of a configuration whose single numbers are sound.</summary>
    public static IEnumerable<string> Problems(PerceiverConfig c)
    {
        List<string?> found =
        [
            .. c.Inputs.SelectMany(i => OfInput($"inputs.{i.Key}", i.Value)),
            Count("num_latents", "numbers in a layer", [c.NumLatents, Widest(c)], MostNumbers),
            Count("num_cross_attends", "layers with weights of their own", [c.DistinctCrossAttends], MostLayers),
            c.NumSelfAttendsPerBlock == 0
                ? null
                : Count("num_blocks", "layers with weights of their own", [c.ShareWeights ? 1 : c.NumBlocks, c.NumSelfAttendsPerBlock], MostLayers),
        ];
        if (found.All(f => f is null)) found.AddRange(c.Outputs.SelectMany(o => OfOutput($"outputs.{o.Key}", o.Key, o.Value, c)));
        if (found.All(f => f is null))
            found.AddRange(ParameterList.OfChecked(c).Where(p => p.Count > MostOfTensor).Take(MostNamed)
                .Select(p => $"weights: '{p.Key}' {ShapeText.Of(p.Shape)} has more numbers than one tensor can hold, which is {MostOfTensor}"));
        return found.OfType<string>();
    }

    private static IEnumerable<string?> OfInput(string path, InputConfig input) =>
    [
        Count(path, "places of content", [.. input.ContentGrid], MostPlaces),
        Count(path, "numbers in its content", [.. input.ContentGrid, input.ContentChannels], MostNumbers),
        Count(path, "numbers in its features", [.. input.Grid, input.FeatureChannels], MostNumbers),
        input.Fourier?.Problem(path, input.Grid),
    ];

    private static IEnumerable<string?> OfOutput(string path, string name, OutputConfig output, PerceiverConfig c) =>
    [
        Count(path, "numbers in its answers", [ModelCost.Queries(c, name, output, points: null), output.HeadChannels], MostNumbers),
        output is DenseOutput dense ? dense.Positions.Problem(path, dense.Grid) : null,
    ];

    private static long Widest(PerceiverConfig c) => new[]
    {
        (2L * c.SelfQkChannels) + c.SelfVChannels,
        c.CrossQkChannels,
        c.CrossVChannels,
        (long)c.DLatents * Math.Max(c.SelfAttentionWideningFactor, c.CrossAttentionWideningFactor),
    }.Max();
}
