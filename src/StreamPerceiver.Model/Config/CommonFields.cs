using System.Text.Json.Nodes;

namespace StreamPerceiver.Model;

/// <summary>The sizes that have the same names in both kinds of config.json, with Hugging Face's defaults.</summary>
internal static class CommonFields
{
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

    public static JsonArray List<T>(IEnumerable<T> values) => new([.. values.Select(v => JsonValue.Create(v))]);
}
