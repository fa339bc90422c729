using StreamPerceiver.Formats;
using static StreamPerceiver.Model.ConfigRules;

namespace StreamPerceiver.Model;

/// <summary>
/// Checks the sizes of arrays, which are products of a model's sizes. Each size may be in its range while a product exceeds a machine's memory.
/// Such a configuration is refused before an array is allocated.
/// </summary>
internal static class SizeRules
{
    /// <summary>The most numbers that one array between two layers may have.</summary>
    internal const long MostNumbers = 1L << 31;

    private const int MostLayers = 4096;
    private const long MostOfTensor = int.MaxValue / sizeof(float) - 14;

    // A configuration with one tensor that is too large usually has many. The message names some of them.
    private const int MostNamed = 5;

    /// <summary>Lists the arrays that would be too large, of a configuration whose numbers are in their ranges.</summary>
    public static IEnumerable<string> Problems(PerceiverConfig c)
    {
        List<string?> found =
        [
            .. c.Inputs.SelectMany(i => InputProblems($"inputs.{i.Key}", i.Value)),
            Count("num_latents", "numbers in a layer", [c.NumLatents, Widest(c)], MostNumbers),
            Count("num_cross_attends", "layers with weights of their own", [c.DistinctCrossAttends], MostLayers),
            c.NumSelfAttendsPerBlock == 0
                ? null
                : Count("num_blocks", "layers with weights of their own", [c.ShareWeights ? 1 : c.NumBlocks, c.NumSelfAttendsPerBlock], MostLayers),
        ];
        if (found.All(f => f is null)) found.AddRange(c.Outputs.SelectMany(o => OutputProblems($"outputs.{o.Key}", o.Key, o.Value, c)));
        if (found.All(f => f is null))
            found.AddRange(ParameterList.ForChecked(c).Where(p => p.Count > MostOfTensor).Take(MostNamed)
                .Select(p => $"weights: '{p.Key}' {ShapeText.Of(p.Shape)} has more numbers than one tensor can hold, which is {MostOfTensor}"));
        return found.OfType<string>();
    }

    private static IEnumerable<string?> InputProblems(string path, InputConfig input) =>
    [
        Count(path, "places of content", [.. input.ContentGrid], MostPlaces),
        Count(path, "numbers in its content", [.. input.ContentGrid, input.ContentChannels], MostNumbers),
        Count(path, "numbers in its features", [.. input.Grid, input.FeatureChannels], MostNumbers),
        input.Fourier?.Problem(path, input.Grid),
    ];

    private static IEnumerable<string?> OutputProblems(string path, string name, OutputConfig output, PerceiverConfig c) =>
    [
        Count(path, "numbers in its answers", [Math.Max(1, ModelCost.Queries(c, name)), output.HeadChannels], MostNumbers),
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
