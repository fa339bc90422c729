using System.Text.RegularExpressions;

namespace StreamPerceiver.Model;

/// <summary>Checks the ranges of a model's sizes, and the sizes against each other. Each problem names its key path in config.json.</summary>
internal static partial class ConfigRules
{
    internal const int Largest = 1 << 20;

    /// <summary>The most places that a grid may have.</summary>
    internal const int MostPlaces = 1 << 28;

    /// <summary>Lists all problems of a configuration. Clashes are checked only when every number is in its range.</summary>
    public static IReadOnlyList<string> Problems(PerceiverConfig c)
    {
        List<string> problems = [.. Ranges(c)];
        if (problems.Count == 0)
            problems.AddRange(OutputRules.Sources(c));
        if (problems.Count == 0)
            problems.AddRange(Clashes(c));
        if (problems.Count == 0)
            problems.AddRange(SizeRules.Problems(c));
        return problems;
    }

    /// <summary>Lists the numbers that are out of their ranges.</summary>
    public static IEnumerable<string> Ranges(PerceiverConfig c)
    {
        List<string?> found =
        [
            Range("num_latents", c.NumLatents, 1, Largest),
            Range("d_latents", c.DLatents, 1, Largest),
            Range("num_blocks", c.NumBlocks, 1, 1000),
            Range("num_self_attends_per_block", c.NumSelfAttendsPerBlock, 0, 1000),
            Range("num_cross_attends", c.NumCrossAttends, 1, 1000),
            Range("num_self_attention_heads", c.NumSelfAttentionHeads, 1, 1024),
            Range("num_cross_attention_heads", c.NumCrossAttentionHeads, 1, 1024),
            Range("qk_channels", c.QkChannels ?? 1, 1, Largest),
            Range("v_channels", c.VChannels ?? 1, 1, Largest),
            Range("self_attention_widening_factor", c.SelfAttentionWideningFactor, 1, 64),
            Range("cross_attention_widening_factor", c.CrossAttentionWideningFactor, 1, 64),
            Range("output_num_channels", c.OutputNumChannels, 1, Largest),
            Range("input_min_padding", c.InputMinPadding, 0, Largest),
            c.Inputs.Count == 0 ? "inputs is empty, expected at least one" : null,
            c.Outputs.Count == 0 ? "outputs is empty, expected at least one" : null,
        ];
        foreach ((string name, InputConfig input) in c.Inputs)
            found.AddRange([Name("inputs", name), .. InputRules.Ranges($"inputs.{name}", input)]);
        foreach ((string name, OutputConfig output) in c.Outputs)
            found.AddRange([Name("outputs", name), .. OutputRules.Ranges($"outputs.{name}", output)]);
        return found.OfType<string>();
    }

    private static IEnumerable<string> Clashes(PerceiverConfig c)
    {
        List<string?> found =
        [
            .. c.Inputs.SelectMany(i => InputRules.Clashes($"inputs.{i.Key}", i.Value)),
            .. c.Outputs.SelectMany(o => OutputRules.Clashes($"outputs.{o.Key}", o.Value, c)),
            Divides("d_latents", c.DLatents, "num_self_attention_heads", c.NumSelfAttentionHeads),
            Divides("d_latents", c.DLatents, "num_cross_attention_heads", c.NumCrossAttentionHeads),
            Divides("cross-attention qk_channels", c.CrossQkChannels, "num_cross_attention_heads", c.NumCrossAttentionHeads),
            Divides("cross-attention v_channels", c.CrossVChannels, "num_cross_attention_heads", c.NumCrossAttentionHeads),
            Divides("self-attention qk_channels", c.SelfQkChannels, "num_self_attention_heads", c.NumSelfAttentionHeads),
            Divides("self-attention v_channels", c.SelfVChannels, "num_self_attention_heads", c.NumSelfAttentionHeads),
            Divides("num_blocks", c.NumBlocks, "num_cross_attends", c.NumCrossAttends),
            c.SelfVChannels == c.DLatents
                ? null
                : $"self-attention v_channels is {c.SelfVChannels}, expected d_latents, {c.DLatents}, to which the residual adds it",
            c.Inputs.Count > 1 && c.InputMinPadding == 0
                ? $"input_min_padding is 0, expected at least 1 where {c.Inputs.Count} inputs are told apart by it"
                : null,
            FamilyClash(c),
        ];
        return found.OfType<string>();
    }

    private static string? FamilyClash(PerceiverConfig c)
    {
        bool fits = c.Architecture switch
        {
            PerceiverArchitecture.MultimodalAutoencoding =>
                c.Inputs.Keys.SequenceEqual(["audio", "image", "label"]) && c.Outputs.Keys.SequenceEqual(["audio", "image", "label"])
                && c.Inputs["audio"] is AudioInput && c.Inputs["image"] is ImageInput { Frames: not null } && c.Inputs["label"] is OneHotInput
                && c.Outputs["audio"] is AudioOutput && c.Outputs["image"] is ImageOutput && c.Outputs["label"] is ClassificationOutput,
            PerceiverArchitecture.StreamPerceiver => c.Inputs.Values.All(i => i.MaskProbability is null),
            PerceiverArchitecture.MaskedLanguageModel => Only(c.Inputs, "text") is TextInput && Only(c.Outputs, "text") is TextOutput,
            PerceiverArchitecture.SequenceClassification => Only(c.Inputs, "text") is TextInput && IsLabel(c),
            PerceiverArchitecture.OpticalFlow =>
                Only(c.Inputs, "frames") is ImageInput { Frames: 2, FramesPerPatch: 2 } && Only(c.Outputs, "flow") is DenseInputOutput,
            _ => Only(c.Inputs, "image") is ImageInput { Frames: null, PatchSize: 1, MaskProbability: null } && IsLabel(c),
        };
        bool single = c.IsMultimodal || (c.NumCrossAttends == 1 && c.ShareWeights);
        return fits && single ? null : $"architecture is {c.Architecture}, expected another: its inputs, outputs and blocks are not those of that family";
    }

    private static bool IsLabel(PerceiverConfig c) =>
        Only(c.Outputs, "label") is ClassificationOutput { Decoder: not null } label && label.Channels == c.DLatents;

    private static T? Only<T>(IReadOnlyDictionary<string, T> named, string name)
        where T : class => named.Count == 1 ? named.GetValueOrDefault(name) : null;

    private static string? Name(string path, string name) =>
        NamePattern().IsMatch(name)
            ? null
            : $"{path} has the name '{name}', expected lower-case letters, digits and underscores, as it is part of tensor names";

    internal static string? Range(string path, int value, int least, int most) =>
        value >= least && value <= most ? null : $"{path} is {value}, expected {least} to {most}";

    internal static string? Divides(string path, int value, string by, int divisor) =>
        value % divisor == 0 ? null : $"{path} is {value}, expected a multiple of {by}, {divisor}";

    internal static IEnumerable<string?> Resolution(string path, IReadOnlyList<int>? sizes, int axes)
    {
        if (sizes is null)
            return [];
        return sizes.Count == axes
            ? sizes.Select((size, axis) => Range($"{path}[{axis}]", size, 1, Largest))
            : [$"{path} has {sizes.Count} numbers, expected {axes}, one an axis"];
    }

    internal static string? Count(string path, string what, IReadOnlyList<long> sizes, long most)
    {
        double count = sizes.Aggregate(1.0, (product, size) => product * size);
        return count >= 1 && count <= most ? null : $"{path} has {string.Join(" x ", sizes)} {what}, expected 1 to {most}";
    }

    [GeneratedRegex("^[a-z0-9_]+$")]
    private static partial Regex NamePattern();

    /// <summary>Checks the mean and the deviation of each channel or number.</summary>
    public static IEnumerable<string?> Scales(string path, int count, string each, IReadOnlyList<double>? mean, IReadOnlyList<double>? deviation)
    {
        if (mean is null != deviation is null) yield return $"{path}.mean and {path}.deviation: one is missing, expected both or neither";
        foreach ((string key, IReadOnlyList<double>? numbers) in new[] { ("mean", mean), ("deviation", deviation) })
        {
            if (numbers is not null && numbers.Count != count) yield return $"{path}.{key} has {numbers.Count} numbers, expected {count}, one a {each}";
            if (numbers?.Any(n => !float.IsFinite((float)n)) == true) yield return $"{path}.{key} is [{string.Join(", ", numbers)}], expected finite numbers";
        }

        if (deviation?.Any(d => (float)d <= 0) == true) yield return $"{path}.deviation is [{string.Join(", ", deviation)}], expected numbers above 0";
    }
}
