using static StreamPerceiver.Model.ConfigRules;

namespace StreamPerceiver.Model;

/// <summary>Checks the ranges of one output's sizes, and these sizes against each other and against the output's input.</summary>
internal static class OutputRules
{
    private const int MostBands = 1 << 16;

    public static IEnumerable<string?> Ranges(string path, OutputConfig output)
    {
        List<string?> found =
        [
            Range($"{path}.decoder.heads", output.Decoder?.Heads ?? 1, 1, 1024),
            Range($"{path}.decoder.qk_channels", output.Decoder?.QkChannels ?? 1, 1, Largest),
            Range($"{path}.decoder.v_channels", output.Decoder?.VChannels ?? 1, 1, Largest),
            Range($"{path}.decoder.widening_factor", output.Decoder?.WideningFactor ?? 1, 1, 64),
        ];
        found.AddRange(output switch
        {
            ClassificationOutput c => [Range($"{path}.labels: count", c.Labels.Count, 1, Largest), Range($"{path}.query_channels", c.Channels, 1, Largest)],
            ValuesOutput v =>
            [
                Range($"{path}.queries", v.Queries, 1, Largest), Range($"{path}.values", v.Values, 1, Largest),
                Range($"{path}.query_channels", v.Channels, 1, Largest), .. Scales(path, v.Values, "value", v.Mean, v.Deviation),
                OneEach($"{path}.names", v.Names, v.Values), OneEach($"{path}.units", v.Units, v.Values),
            ],
            MeanOutput m => [Range($"{path}.labels: count", m.Labels.Count, 1, Largest)],
            ImageOutput i =>
            [
                .. Resolution($"{path}.shape", i.Shape, 3), .. Resolution($"{path}.max_resolution", i.MaxResolution, 3),
                Range($"{path}.num_bands", i.NumBands, 1, MostBands),
            ],
            AudioOutput a =>
            [
                Range($"{path}.patches", a.Patches, 1, Largest), Range($"{path}.samples_per_patch", a.SamplesPerPatch, 1, Largest),
                Range($"{path}.num_bands", a.NumBands, 1, MostBands), Range($"{path}.max_resolution", a.MaxResolution, 1, 1 << 28),
            ],
            TextOutput t =>
            [
                Range($"{path}.length", t.Length, 1, Largest), Range($"{path}.vocabulary", t.Vocabulary, 1, Largest),
                Range($"{path}.channels", t.Channels, 1, Largest),
            ],
            DenseInputOutput d => [Range($"{path}.channels", d.Channels, 1, Largest), Range($"{path}.divisor", d.Divisor, 1, Largest)],
            EntityOutput e => [Range($"{path}.channels", e.Channels, 1, Largest), Range($"{path}.pooled_channels", e.PooledChannels ?? 1, 1, Largest)],
            _ => [],
        });
        return found;
    }

    /// <summary>Lists the outputs that need an input for their queries or vectors and do not name one.</summary>
    public static IEnumerable<string> Sources(PerceiverConfig c)
    {
        foreach ((string name, OutputConfig output) in c.Outputs)
        {
            (string? source, bool text) = output switch
            {
                TextOutput t => (t.Input, true),
                InputQueriedOutput q => (q.Input, false),
                _ => (null, false),
            };
            if (source is null)
                continue;
            string[] fit = [.. c.Inputs.Where(i => i.Value is TextInput || !text).Select(i => i.Key)];
            string expected = fit.Length == 0 ? "a text input, of which there is none" : string.Join(" or ", fit.Select(f => $"\"{f}\""));
            if (!fit.Contains(source, StringComparer.Ordinal)) yield return $"outputs.{name}.input is \"{source}\", expected {expected}";
            if (output.Decoder is null)
                yield return $"outputs.{name}.decoder is missing, expected one: this kind of output shares none";
        }
    }

    public static IEnumerable<string?> Clashes(string path, OutputConfig output, PerceiverConfig c)
    {
        if (output is DenseOutput dense)
            yield return Count(path, "points", [.. dense.Grid], MostPlaces);
        if (output is TextOutput text && c.Inputs[text.Input] is TextInput source && (text.Vocabulary, text.Channels) != (source.Vocabulary, source.Channels))
        {
            yield return $"{path} has vocabulary {text.Vocabulary} and channels {text.Channels}, expected {source.Vocabulary} and {source.Channels}, "
                + $"those of input {text.Input}, whose vectors read the answers";
        }

        if (output is InputQueriedOutput queried && c.Inputs[queried.Input].AlwaysMasked)
            yield return $"{path}.input is \"{queried.Input}\", expected another: all its tokens are the mask vector, so its queries would all be equal";
        if (output.Decoder is not DecoderConfig decoder)
            yield break;
        int qk = decoder.QkChannels ?? c.CrossQk(output.QueryChannels(c.Inputs), c.DLatents);
        yield return Divides($"{path}.decoder qk_channels", qk, "heads", decoder.Heads);
        yield return Divides($"{path}.decoder v_channels", decoder.VChannels ?? qk, "heads", decoder.Heads);
    }

    private static string? OneEach(string path, IReadOnlyList<string>? texts, int values)
        => texts is not null && texts.Count != values ? $"{path} has {texts.Count} texts, expected {values}, one a value" : null;
}
