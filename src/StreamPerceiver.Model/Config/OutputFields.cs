using System.Text.Json.Nodes;

namespace StreamPerceiver.Model;

/// <summary>Reads and writes one output of our own config.json. The key "type" names its kind.</summary>
internal static class OutputFields
{
    public static OutputConfig? Read(JsonFields json, int dLatents)
    {
        string type = json.OneOf("type", "", "classification", "mean", "values", "video", "audio", "text", "dense", "entities");
        return type switch
        {
            "classification" => new ClassificationOutput
            {
                Labels = json.RequiredTexts("labels"),
                ProblemType = ReadProblem(json),
                Channels = json.Int("query_channels", dLatents),
                Decoder = ReadDecoder(json),
            },
            "mean" => new MeanOutput { Labels = json.RequiredTexts("labels"), ProblemType = ReadProblem(json) },
            "values" => new ValuesOutput
            {
                Queries = json.Int("queries", 1),
                Values = json.RequiredInt("values"),
                Channels = json.Int("query_channels", dLatents),
                Names = json.Texts("names"),
                Units = json.Texts("units"),
                Mean = json.Numbers("mean"),
                Deviation = json.Numbers("deviation"),
                Decoder = ReadDecoder(json),
            },
            "video" => new ImageOutput
            {
                Shape = json.Ints("shape") ?? [],
                NumBands = json.Int("num_bands", 32),
                MaxResolution = json.Ints("max_resolution") ?? [],
                Decoder = ReadDecoder(json),
            },
            "audio" => new AudioOutput
            {
                Patches = json.RequiredInt("patches"),
                SamplesPerPatch = json.Int("samples_per_patch", 16),
                NumBands = json.Int("num_bands", 192),
                MaxResolution = json.RequiredInt("max_resolution"),
                Decoder = ReadDecoder(json),
            },
            "text" => new TextOutput
            {
                Input = json.RequiredText("input"),
                Length = json.Int("length", 2048),
                Vocabulary = json.Int("vocabulary", 262),
                Channels = json.RequiredInt("channels"),
                Decoder = ReadDecoder(json) ?? new(),
            },
            "dense" => new DenseInputOutput
            {
                Input = json.RequiredText("input"),
                Channels = json.Int("channels", 2),
                Divisor = json.Int("divisor", 1),
                Decoder = ReadDecoder(json) ?? new(),
            },
            "entities" => new EntityOutput
            {
                Input = json.RequiredText("input"),
                Channels = json.Int("channels", 256),
                PooledChannels = json.OptionalInt("pooled_channels"),
                Decoder = ReadDecoder(json) ?? new(),
            },
            _ => null,
        };
    }

    public static JsonObject Write(OutputConfig output)
    {
        JsonObject json = output switch
        {
            ClassificationOutput c => new()
            {
                ["type"] = "classification",
                ["labels"] = CommonFields.List(c.Labels),
                [CommonFields.ProblemTypeKey] = CommonFields.Name(c.ProblemType),
                ["query_channels"] = c.Channels,
            },
            MeanOutput m => new()
            {
                ["type"] = "mean",
                ["labels"] = CommonFields.List(m.Labels),
                [CommonFields.ProblemTypeKey] = CommonFields.Name(m.ProblemType),
            },
            ValuesOutput v => new()
            {
                ["type"] = "values",
                ["queries"] = v.Queries,
                ["values"] = v.Values,
                ["query_channels"] = v.Channels,
                ["names"] = v.Names is { } names ? CommonFields.List(names) : null,
                ["units"] = v.Units is { } units ? CommonFields.List(units) : null,
                ["mean"] = v.Mean is { } mean ? CommonFields.List(mean) : null,
                ["deviation"] = v.Deviation is { } deviation ? CommonFields.List(deviation) : null,
            },
            ImageOutput i => new()
            {
                ["type"] = "video",
                ["shape"] = CommonFields.List(i.Shape),
                ["num_bands"] = i.NumBands,
                ["max_resolution"] = CommonFields.List(i.MaxResolution),
            },
            AudioOutput a => new()
            {
                ["type"] = "audio",
                ["patches"] = a.Patches,
                ["samples_per_patch"] = a.SamplesPerPatch,
                ["num_bands"] = a.NumBands,
                ["max_resolution"] = a.MaxResolution,
            },
            TextOutput t => new() { ["type"] = "text", ["input"] = t.Input, ["length"] = t.Length, ["vocabulary"] = t.Vocabulary, ["channels"] = t.Channels },
            DenseInputOutput d => new() { ["type"] = "dense", ["input"] = d.Input, ["channels"] = d.Channels, ["divisor"] = d.Divisor },
            EntityOutput e => new() { ["type"] = "entities", ["input"] = e.Input, ["channels"] = e.Channels, ["pooled_channels"] = e.PooledChannels },
            _ => throw new ArgumentException($"no JSON form of {output.GetType().Name}", nameof(output)),
        };
        if (output.Decoder is DecoderConfig decoder)
            json["decoder"] = WriteDecoder(decoder);
        return json;
    }

    // A regression is an output of the type "values".
    private static ProblemType? ReadProblem(JsonFields json)
        => CommonFields.ReadProblemType(json, ProblemType.SingleLabelClassification, ProblemType.MultiLabelClassification);

    private static DecoderConfig? ReadDecoder(JsonFields json)
    {
        if (json.Object("decoder") is not JsonFields fields)
            return null;
        DecoderConfig decoder = new()
        {
            Heads = fields.Int("heads", 1),
            QkChannels = fields.OptionalInt("qk_channels"),
            VChannels = fields.OptionalInt("v_channels"),
            WideningFactor = fields.Int("widening_factor", 1),
            QueryResidual = fields.Bool("query_residual", false),
        };
        fields.ReportUnknown();
        return decoder;
    }

    private static JsonObject WriteDecoder(DecoderConfig decoder) => new()
    {
        ["heads"] = decoder.Heads,
        ["qk_channels"] = decoder.QkChannels,
        ["v_channels"] = decoder.VChannels,
        ["widening_factor"] = decoder.WideningFactor,
        ["query_residual"] = decoder.QueryResidual,
    };
}
