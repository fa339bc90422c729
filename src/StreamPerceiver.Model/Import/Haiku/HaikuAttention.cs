using System.Globalization;

namespace StreamPerceiver.Model;

/// <summary>Translates the names of a Haiku model's attention layers.</summary>
internal static class HaikuAttention
{
    private const string SelfAttention = "self_attention";

    private static readonly Dictionary<string, string> CrossAttentions = new(StringComparer.Ordinal)
    {
        ["perceiver_encoder/~/cross_attention/"] = "perceiver.encoder.cross_attention",
        ["encoder/~/cross_attention/"] = "perceiver.encoder.cross_attention",
        ["basic_decoder/cross_attention/"] = "perceiver.decoder.decoding_cross_attention",
        ["classification_decoder/~/basic_decoder/cross_attention/"] = "perceiver.decoder.decoder.decoding_cross_attention",
        ["flow_decoder/~/basic_decoder/cross_attention/"] = "perceiver.decoder.decoder.decoding_cross_attention",
        ["multimodal_decoder/~/basic_decoder/cross_attention/"] = "perceiver.decoder.decoder.decoding_cross_attention",
    };

    private static readonly string[] Encoders = ["perceiver_encoder/~/", "encoder/~/"];

    private static readonly Dictionary<string, string> Shared = new(StringComparer.Ordinal)
    {
        ["layer_norm"] = "attention.self.layernorm1",
        ["attention/linear"] = "attention.self.query",
        ["attention/linear_1"] = "attention.self.key",
        ["attention/linear_2"] = "attention.self.value",
        ["attention/linear_3"] = "attention.output.dense",
        ["mlp/linear"] = "mlp.dense1",
        ["mlp/linear_1"] = "mlp.dense2",
    };

    // Haiku numbers the norms of a layer. A cross-attention has one norm more, for its second input.
    private static readonly Dictionary<string, string> Cross = new(Shared, StringComparer.Ordinal)
    {
        ["layer_norm_1"] = "attention.self.layernorm2",
        ["layer_norm_2"] = "layernorm",
    };

    private static readonly Dictionary<string, string> Self = new(Shared, StringComparer.Ordinal) { ["layer_norm_1"] = "layernorm" };

    /// <summary>Returns Hugging Face's name of a module inside an attention layer; null for another module.</summary>
    public static string? LayerName(string module)
    {
        foreach ((string prefix, string key) in CrossAttentions)
        {
            if (module.StartsWith(prefix, StringComparison.Ordinal))
                return Cross.TryGetValue(module[prefix.Length..], out string? cross) ? $"{key}.{cross}" : null;
        }

        string? encoder = Encoders.FirstOrDefault(e => module.StartsWith(e + SelfAttention, StringComparison.Ordinal));
        int end = encoder is null ? -1 : module.IndexOf('/', encoder.Length);
        if (end < 0)
            return null;
        return Number(module[(encoder!.Length + SelfAttention.Length)..end]) is int number && Self.TryGetValue(module[(end + 1)..], out string? self)
            ? $"perceiver.encoder.self_attends.{number}.{self}"
            : null;
    }

    // Haiku numbers layers of one name: the first has no number, the second has _1.
    private static int? Number(string suffix)
    {
        if (suffix.Length == 0)
            return 0;
        return suffix[0] == '_' && int.TryParse(suffix[1..], NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number : null;
    }
}
