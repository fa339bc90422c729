using System.Text.Json.Nodes;

namespace StreamPerceiver.Model;

/// <summary>
/// Hugging Face's config.json ("model_type": "perceiver"). <see cref="HuggingFaceFamilies"/> has the numbers that Hugging Face's classes hard-wire:
/// bands, patch size, kinds of input. Keys that those classes ignore are ignored here too.
/// </summary>
internal static class HuggingFaceConfig
{
    public const string ModelType = "perceiver";

    private static readonly Dictionary<string, PerceiverArchitecture> Classes = new(StringComparer.Ordinal)
    {
        ["PerceiverForImageClassificationConvProcessing"] = PerceiverArchitecture.ImageClassificationConv,
        ["PerceiverForImageClassificationFourier"] = PerceiverArchitecture.ImageClassificationFourier,
        ["PerceiverForImageClassificationLearned"] = PerceiverArchitecture.ImageClassificationLearned,
        ["PerceiverForMaskedLM"] = PerceiverArchitecture.MaskedLanguageModel,
        ["PerceiverForMultimodalAutoencoding"] = PerceiverArchitecture.MultimodalAutoencoding,
        ["PerceiverForOpticalFlow"] = PerceiverArchitecture.OpticalFlow,
        ["PerceiverForSequenceClassification"] = PerceiverArchitecture.SequenceClassification,
    };

    /// <summary>Reads the sizes; null where the class is not supported, since the other keys then have no known meaning.</summary>
    public static PerceiverConfig? Read(JsonFields json)
    {
        string name = json.Texts("architectures") is [string only] ? only : "";
        if (!Classes.TryGetValue(name, out PerceiverArchitecture architecture))
        {
            json.Problem("architectures", $"is '{name}', expected one of {string.Join(", ", Classes.Keys.Order(StringComparer.Ordinal))}");
            return null;
        }

        json.OneOf("hidden_act", "gelu", "gelu");
        IReadOnlyList<string> labels = Labels(json);
        return architecture switch
        {
            PerceiverArchitecture.MaskedLanguageModel => HuggingFaceFamilies.MaskedLanguageModel(json),
            PerceiverArchitecture.SequenceClassification => HuggingFaceFamilies.SequenceClassification(json, labels),
            PerceiverArchitecture.OpticalFlow => HuggingFaceFamilies.OpticalFlow(json),
            PerceiverArchitecture.MultimodalAutoencoding => HuggingFaceFamilies.Multimodal(json, labels),
            _ => HuggingFaceFamilies.ImageClassification(json, architecture, labels),
        };
    }

    public static JsonObject Write(PerceiverConfig c)
    {
        JsonObject json = CommonFields.Write(c, ModelType);
        json["architectures"] = CommonFields.List([Classes.Single(s => s.Value == c.Architecture).Key]);
        if (c.Outputs.GetValueOrDefault("label") is ClassificationOutput label)
        {
            json["id2label"] = new JsonObject(label.Labels.Select((text, i) => KeyValuePair.Create(i.ToString(), (JsonNode?)text)));
            if (label.ProblemType is ProblemType problem) json[CommonFields.ProblemTypeKey] = CommonFields.Name(problem);
        }

        HuggingFaceFamilies.Write(json, c);
        return json;
    }

    // A number out of its range stays out of its range, so that the rules refuse the number.
    private static IReadOnlyList<string> Labels(JsonFields json)
    {
        if (json.Object("id2label") is not JsonFields named)
            return [.. Enumerable.Range(0, Math.Clamp(json.Int("num_labels", 2), 0, ConfigRules.Largest + 1)).Select(i => $"LABEL_{i}")];
        int count = named.Names.Count();
        string[] missing = [.. Enumerable.Range(0, count).Select(i => i.ToString()).Except(named.Names)];
        if (missing.Length > 0)
            json.Problem("id2label", $"has {count} keys but not \"{missing[0]}\", expected \"0\" to \"{count - 1}\"");
        return [.. Enumerable.Range(0, count).Select(i => named.Text(i.ToString(), $"LABEL_{i}"))];
    }
}
