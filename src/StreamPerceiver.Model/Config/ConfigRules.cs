using System.Text.RegularExpressions;

namespace StreamPerceiver.Model;

/// <summary>The allowed ranges and the clashes between sizes. Problems are named by their key path in config.json.</summary>
internal static partial class ConfigRules
{
    private const int Largest = 1 << 20;

    /// <summary>All problems of a configuration; clashes are looked for only once every single number is sound.</summary>
    public static IReadOnlyList<string> Problems(PerceiverConfig c)
    {
        List<string> problems = [.. Ranges(c)];
        if (problems.Count == 0)
            problems.AddRange(Clashes(c));
        return problems;
    }

    /// <summary>The problems of single numbers.</summary>
    public static IEnumerable<string> Ranges(PerceiverConfig c)
    {
        List<string?> found =
        [
            Range("num_latents", c.NumLatents, 1, Largest),
            Range("d_latents", c.DLatents, 1, Largest),
            Range("num_blocks", c.NumBlocks, 1, 1000),
            Range("num_self_attends_per_block", c.NumSelfAttendsPerBlock, 0, 1000),
            Range("num_self_attention_heads", c.NumSelfAttentionHeads, 1, 1024),
            Range("num_cross_attention_heads", c.NumCrossAttentionHeads, 1, 1024),
            Range("qk_channels", c.QkChannels ?? 1, 1, Largest),
            Range("v_channels", c.VChannels ?? 1, 1, Largest),
            Range("self_attention_widening_factor", c.SelfAttentionWideningFactor, 1, 64),
            Range("cross_attention_widening_factor", c.CrossAttentionWideningFactor, 1, 64),
            Range("output_num_channels", c.OutputNumChannels, 1, Largest),
            c.Inputs.Count == 0 ? "inputs: empty: must name at least one" : null,
            c.Outputs.Count == 0 ? "outputs: empty: must name at least one" : null,
        ];
        foreach ((string name, InputConfig input) in c.Inputs)
            found.AddRange(
                [Name("inputs", name), Range($"inputs.{name}.mask_probability", input.MaskProbability ?? 0, 0, 1), .. OfInput($"inputs.{name}", input)]);
        foreach ((string name, OutputConfig output) in c.Outputs)
            found.AddRange([Name("outputs", name), .. OfOutput($"outputs.{name}", output)]);
        return found.OfType<string>();
    }

    private static IEnumerable<string> Clashes(PerceiverConfig c)
    {
        List<string?> found =
        [
            .. c.Inputs.SelectMany(i => OfPatches($"inputs.{i.Key}", i.Value)),
            .. c.Inputs.Select(i => TooMany($"inputs.{i.Key}", "tokens", i.Value.Grid)),
            .. c.Outputs.Select(o => o.Value is DenseOutput dense ? TooMany($"outputs.{o.Key}", "points", dense.Grid) : null),
            Divides("d_latents", c.DLatents, "num_self_attention_heads", c.NumSelfAttentionHeads),
            Divides("d_latents", c.DLatents, "num_cross_attention_heads", c.NumCrossAttentionHeads),
            Divides("cross-attention qk_channels", c.CrossQkChannels, "num_cross_attention_heads", c.NumCrossAttentionHeads),
            Divides("cross-attention v_channels", c.CrossVChannels, "num_cross_attention_heads", c.NumCrossAttentionHeads),
            Divides("self-attention qk_channels", c.SelfQkChannels, "num_self_attention_heads", c.NumSelfAttentionHeads),
            Divides("self-attention v_channels", c.SelfVChannels, "num_self_attention_heads", c.NumSelfAttentionHeads),
            c.SelfVChannels == c.DLatents
                ? null
                : $"self-attention v_channels = {c.SelfVChannels}: must equal d_latents = {c.DLatents}, to which the residual adds it",
            OfFamily(c),
        ];
        return found.OfType<string>();
    }

    private static string? OfFamily(PerceiverConfig c)
    {
        bool fits = c.Architecture switch
        {
            PerceiverArchitecture.ImageClassificationFourier =>
                Only(c.Inputs, "image") is ImageInput { Frames: null, PatchSize: 1, MaskProbability: null }
                && Only(c.Outputs, "label") is ClassificationOutput label && label.Channels == c.DLatents,
            PerceiverArchitecture.MultimodalAutoencoding =>
                c.Inputs.Keys.SequenceEqual(["audio", "image", "label"]) && c.Outputs.Keys.SequenceEqual(["audio", "image", "label"])
                && c.Inputs["audio"] is AudioInput && c.Inputs["image"] is ImageInput { Frames: not null } && c.Inputs["label"] is OneHotInput
                && c.Outputs["audio"] is AudioOutput && c.Outputs["image"] is ImageOutput && c.Outputs["label"] is ClassificationOutput,
            _ => c.Outputs.Values.All(o => o is ClassificationOutput) && c.Inputs.Values.All(i => i.MaskProbability is null),
        };
        return fits ? null : $"architecture {c.Architecture}: its inputs and outputs are not those of that family";
    }

    private static T? Only<T>(IReadOnlyDictionary<string, T> named, string name)
        where T : class => named.Count == 1 ? named.GetValueOrDefault(name) : null;

    private static IEnumerable<string?> OfInput(string path, InputConfig input) => input switch
    {
        ImageInput i =>
        [
            Range($"{path}.frames", i.Frames ?? 1, 1, Largest), Range($"{path}.channels", i.Channels, 1, 4096),
            Range($"{path}.height", i.Height, 1, Largest), Range($"{path}.width", i.Width, 1, Largest),
            Range($"{path}.patch_size", i.PatchSize, 1, 256), Range($"{path}.num_bands", i.NumBands, 1, 1 << 16),
            .. Resolution($"{path}.max_resolution", i.MaxResolution, i.Frames is null ? 2 : 3),
        ],
        AudioInput a =>
        [
            Range($"{path}.samples", a.Samples, 1, 1 << 28), Range($"{path}.samples_per_patch", a.SamplesPerPatch, 1, Largest),
            Range($"{path}.num_bands", a.NumBands, 1, 1 << 16), Range($"{path}.max_resolution", a.MaxResolution ?? 1, 1, 1 << 28),
        ],
        SeriesInput s =>
        [
            Range($"{path}.steps", s.Steps, 1, Largest), Range($"{path}.channels", s.Channels, 1, Largest),
            Range($"{path}.num_bands", s.NumBands, 1, 1 << 16), Range($"{path}.max_resolution", s.MaxResolution ?? 1, 1, 1 << 28),
        ],
        OneHotInput o => [Range($"{path}.classes", o.Classes, 1, Largest)],
        _ => [],
    };

    private static IEnumerable<string?> OfOutput(string path, OutputConfig output) => output switch
    {
        ClassificationOutput c => [Range($"{path}.labels: count", c.Labels.Count, 1, Largest), Range($"{path}.query_channels", c.Channels, 1, Largest)],
        ImageOutput i =>
        [
            .. Resolution($"{path}.shape", i.Shape, 3), .. Resolution($"{path}.max_resolution", i.MaxResolution, 3),
            Range($"{path}.num_bands", i.NumBands, 1, 1 << 16),
        ],
        AudioOutput a =>
        [
            Range($"{path}.patches", a.Patches, 1, Largest), Range($"{path}.samples_per_patch", a.SamplesPerPatch, 1, Largest),
            Range($"{path}.num_bands", a.NumBands, 1, 1 << 16), Range($"{path}.max_resolution", a.MaxResolution, 1, 1 << 28),
        ],
        _ => [],
    };

    private static IEnumerable<string?> OfPatches(string path, InputConfig input) => input switch
    {
        ImageInput i => [Divides($"{path}.height", i.Height, "patch_size", i.PatchSize), Divides($"{path}.width", i.Width, "patch_size", i.PatchSize)],
        AudioInput a => [Divides($"{path}.samples", a.Samples, "samples_per_patch", a.SamplesPerPatch)],
        _ => [],
    };

    private static IEnumerable<string?> Resolution(string path, IReadOnlyList<int>? sizes, int axes)
    {
        if (sizes is null)
            return [];
        return sizes.Count == axes
            ? sizes.Select((size, axis) => Range($"{path}[{axis}]", size, 1, Largest))
            : [$"{path} has {sizes.Count} numbers: must have {axes}, one an axis"];
    }

    private static string? Name(string path, string name) =>
        NamePattern().IsMatch(name) ? null : $"{path}: name '{name}': must be lower-case letters, digits and underscores, as it is part of tensor names";

    private static string? Range(string path, int value, int least, int most) =>
        value >= least && value <= most ? null : $"{path} = {value}: must be {least} to {most}";

    private static string? Divides(string path, int value, string by, int divisor) =>
        value % divisor == 0 ? null : $"{path} = {value}: must be a multiple of {by} = {divisor}";

    private static string? TooMany(string path, string what, IReadOnlyList<int> grid)
    {
        double count = grid.Aggregate(1.0, (product, size) => product * size);
        return count <= 1 << 28 ? null : $"{path} has {string.Join(" x ", grid)} {what}: must be at most {1 << 28}";
    }

    [GeneratedRegex("^[a-z0-9_]+$")]
    private static partial Regex NamePattern();
}
