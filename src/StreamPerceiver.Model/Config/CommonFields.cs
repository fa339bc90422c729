using System.Text.Json.Nodes;

namespace StreamPerceiver.Model;

/// <summary>The sizes that have the same names in both kinds of config.json, with Hugging Face's defaults.</summary>
internal static class CommonFields
{
    /// <summary>The key of a <see cref="ProblemType"/>.</summary>
    public const string ProblemTypeKey = "problem_type";

    public static PerceiverConfig Read(
        JsonFields json,
        PerceiverArchitecture architecture,
        IReadOnlyDictionary<string, InputConfig> inputs,
        IReadOnlyDictionary<string, OutputConfig> outputs) => new()
        {
            Architecture = architecture,
            Inputs = inputs,
            Outputs = outputs,
            NumLatents = json.Int("num_latents", 256),
            DLatents = json.Int("d_latents", 1280),
            NumBlocks = json.Int("num_blocks", 1),
            NumSelfAttendsPerBlock = json.Int("num_self_attends_per_block", 26),
            NumSelfAttentionHeads = json.Int("num_self_attention_heads", 8),
            NumCrossAttentionHeads = json.Int("num_cross_attention_heads", 8),
            CrossAttentionShape = json.OneOf("cross_attention_shape_for_attention", "kv", "kv", "q") == "q" ? CrossAttentionShape.Q : CrossAttentionShape.Kv,
            QkChannels = json.OptionalInt("qk_channels"),
            VChannels = json.OptionalInt("v_channels"),
            SelfAttentionWideningFactor = json.Int("self_attention_widening_factor", 1),
            CrossAttentionWideningFactor = json.Int("cross_attention_widening_factor", 1),
            UseQueryResidual = json.Bool("use_query_residual", true),
            OutputNumChannels = json.Int("output_num_channels", 512),
        };

    public static JsonObject Write(PerceiverConfig c, string modelType) => new()
    {
        ["model_type"] = modelType,
        ["num_latents"] = c.NumLatents,
        ["d_latents"] = c.DLatents,
        ["num_blocks"] = c.NumBlocks,
        ["num_self_attends_per_block"] = c.NumSelfAttendsPerBlock,
        ["num_self_attention_heads"] = c.NumSelfAttentionHeads,
        ["num_cross_attention_heads"] = c.NumCrossAttentionHeads,
        ["cross_attention_shape_for_attention"] = c.CrossAttentionShape == CrossAttentionShape.Q ? "q" : "kv",
        ["qk_channels"] = c.QkChannels,
        ["v_channels"] = c.VChannels,
        ["self_attention_widening_factor"] = c.SelfAttentionWideningFactor,
        ["cross_attention_widening_factor"] = c.CrossAttentionWideningFactor,
        ["use_query_residual"] = c.UseQueryResidual,
        ["output_num_channels"] = c.OutputNumChannels,
    };

    /// <summary>Reads how the numbers of a labelled output are read; null where it is not stated.</summary>
    public static ProblemType? ReadProblemType(JsonFields json, params ProblemType[] allowed)
    {
        string? name = json.OptionalOneOf(ProblemTypeKey, [.. allowed.Select(p => Name(p)!)]);
        return name is null ? null : allowed.FirstOrDefault(p => Name(p) == name);
    }

    /// <summary>Hugging Face's name of a problem type.</summary>
    public static string? Name(ProblemType? problem) => problem switch
    {
        ProblemType.SingleLabelClassification => "single_label_classification",
        ProblemType.MultiLabelClassification => "multi_label_classification",
        ProblemType.Regression => "regression",
        _ => null,
    };

    public static JsonArray List<T>(IEnumerable<T> values) => new([.. values.Select(v => JsonValue.Create(v))]);
}
