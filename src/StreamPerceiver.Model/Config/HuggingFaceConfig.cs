using System.Text.Json.Nodes;

namespace StreamPerceiver.Model;

/// <summary>
/// Hugging Face's config.json ("model_type": "perceiver"). What its model classes hard-wire (bands, patch size, which inputs there are)
/// is spelt out here once. Keys that they do not read are ignored, as they are there.
/// </summary>
internal static class HuggingFaceConfig
{
    public const string ModelType = "perceiver";

    private const int ImagePatch = 4;
    private const int ImageBands = 32;
    private const int AudioBands = 192;

    private static readonly Dictionary<string, PerceiverArchitecture> Supported = new(StringComparer.Ordinal)
    {
        ["PerceiverForImageClassificationFourier"] = PerceiverArchitecture.ImageClassificationFourier,
        ["PerceiverForMultimodalAutoencoding"] = PerceiverArchitecture.MultimodalAutoencoding,
    };

    /// <summary>Null where the class is none that is supported: nothing else in the file can be judged then.</summary>
    public static PerceiverConfig? Read(JsonFields json)
    {
        string name = json.Texts("architectures") is [string only] ? only : "";
        if (!Supported.TryGetValue(name, out PerceiverArchitecture architecture))
        {
            json.Problem("architectures", $"'{name}' is not supported: must be one of {string.Join(", ", Supported.Keys.Order(StringComparer.Ordinal))}");
            return null;
        }

        json.OneOf("hidden_act", "gelu", "gelu");
        json.OneOf("cross_attention_shape_for_attention", "kv", "kv");
        IReadOnlyList<string> labels = Labels(json);
        return architecture == PerceiverArchitecture.MultimodalAutoencoding ? Multimodal(json, labels) : Fourier(json, labels);
    }

    public static JsonObject Write(PerceiverConfig c)
    {
        JsonObject json = CommonFields.Write(c, ModelType);
        json["architectures"] = CommonFields.List([Supported.Single(s => s.Value == c.Architecture).Key]);
        ClassificationOutput label = (ClassificationOutput)c.Outputs["label"];
        json["id2label"] = new JsonObject(label.Labels.Select((text, i) => KeyValuePair.Create(i.ToString(), (JsonNode?)text)));
        if (c.Architecture == PerceiverArchitecture.MultimodalAutoencoding)
        {
            ImageInput image = (ImageInput)c.Inputs["image"];
            AudioInput audio = (AudioInput)c.Inputs["audio"];
            json["num_frames"] = image.Frames;
            json["image_size"] = image.Height / ImagePatch;
            json["audio_samples_per_frame"] = audio.Samples / image.Frames;
            json["samples_per_patch"] = audio.SamplesPerPatch;
            json["output_shape"] = CommonFields.List([1, .. ((ImageOutput)c.Outputs["image"]).Shape]);
            json["_label_trainable_num_channels"] = label.Channels;
        }

        return json;
    }

    // The grid and resolution of 224 pixels are those of the class, whatever image_size says; a call may bring another grid.
    private static PerceiverConfig Fourier(JsonFields json, IReadOnlyList<string> labels) => CommonFields.Read(
        json,
        PerceiverArchitecture.ImageClassificationFourier,
        new Dictionary<string, InputConfig> { ["image"] = new ImageInput { Height = 224, Width = 224, NumBands = 64 } },
        new Dictionary<string, OutputConfig> { ["label"] = new ClassificationOutput { Labels = labels, Channels = json.Int("d_latents", 1280) } });

    private static PerceiverConfig Multimodal(JsonFields json, IReadOnlyList<string> labels)
    {
        int frames = json.Int("num_frames", 16);
        int size = json.Int("image_size", 56);
        int samples = Times(frames, json.Int("audio_samples_per_frame", 1920));
        int patch = json.Int("samples_per_patch", 16);
        IReadOnlyList<int> shape = json.Ints("output_shape") ?? [1, 16, 224, 224];
        int[] resolution = [frames, size, size];
        return CommonFields.Read(
            json,
            PerceiverArchitecture.MultimodalAutoencoding,
            new Dictionary<string, InputConfig>
            {
                ["audio"] = new AudioInput { Samples = samples, SamplesPerPatch = patch, NumBands = AudioBands, MaskProbability = 0 },
                ["image"] = new ImageInput
                {
                    Frames = frames,
                    Height = Times(size, ImagePatch),
                    Width = Times(size, ImagePatch),
                    PatchSize = ImagePatch,
                    NumBands = ImageBands,
                    MaxResolution = resolution,
                    MaskProbability = 0,
                },
                ["label"] = new OneHotInput { Classes = labels.Count, MaskProbability = 1 },
            },
            new Dictionary<string, OutputConfig>
            {
                ["audio"] = new AudioOutput { Patches = samples / Math.Max(1, patch), SamplesPerPatch = patch, NumBands = AudioBands, MaxResolution = samples },
                ["image"] = new ImageOutput { Shape = [.. shape.Skip(1)], NumBands = ImageBands, MaxResolution = resolution },
                ["label"] = new ClassificationOutput { Labels = labels, Channels = json.Int("_label_trainable_num_channels", 1024) },
            });
    }

    // A product too large for the type is out of range all the same: the rules then say so.
    private static int Times(int a, int b) => (int)Math.Clamp((long)a * b, -1, int.MaxValue);

    private static IReadOnlyList<string> Labels(JsonFields json)
    {
        if (json.Object("id2label") is not JsonFields named)
            return [.. Enumerable.Range(0, json.Int("num_labels", 2)).Select(i => $"LABEL_{i}")];
        int count = named.Names.Count();
        string[] missing = [.. Enumerable.Range(0, count).Select(i => i.ToString()).Except(named.Names)];
        if (missing.Length > 0)
            json.Problem("id2label", $"has {count} keys but not \"{missing[0]}\": must be \"0\" to \"{count - 1}\"");
        return [.. Enumerable.Range(0, count).Select(i => named.Text(i.ToString(), $"LABEL_{i}"))];
    }
}
