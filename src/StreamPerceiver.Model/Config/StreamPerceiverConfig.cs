using System.Text.Json.Nodes;

namespace StreamPerceiver.Model;

/// <summary>Our own config.json ("model_type": "stream_perceiver"): named inputs and outputs, and no key that is not known.</summary>
internal static class StreamPerceiverConfig
{
    public const string ModelType = "stream_perceiver";

    public static PerceiverConfig Read(JsonFields json)
    {
        int dLatents = json.Int("d_latents", 1280);
        PerceiverConfig config = CommonFields.Read(
            json,
            PerceiverArchitecture.StreamPerceiver,
            Children<InputConfig>(json, "inputs", ReadInput),
            Children<OutputConfig>(json, "outputs", f => ReadOutput(f, dLatents)));
        json.ReportUnknown();
        return config;
    }

    public static JsonObject Write(PerceiverConfig c)
    {
        JsonObject json = CommonFields.Write(c, ModelType);
        json["inputs"] = new JsonObject(c.Inputs.Select(i => KeyValuePair.Create(i.Key, (JsonNode?)WriteInput(i.Value))));
        json["outputs"] = new JsonObject(c.Outputs.Select(o => KeyValuePair.Create(o.Key, (JsonNode?)WriteOutput((ClassificationOutput)o.Value))));
        return json;
    }

    private static Dictionary<string, T> Children<T>(JsonFields json, string name, Func<JsonFields, T?> read)
        where T : class
    {
        Dictionary<string, T> found = [];
        if (json.Object(name) is not JsonFields children)
            return found;
        foreach (string child in children.Names)
        {
            if (children.Object(child) is not JsonFields fields)
                continue;
            if (read(fields) is not T config)
                continue;
            found.Add(child, config);
            fields.ReportUnknown();
        }

        return found;
    }

    private static InputConfig? ReadInput(JsonFields json) => json.OneOf("type", "", "video", "image", "audio", "series", "one_hot") switch
    {
        "video" => ReadImage(json, json.RequiredInt("frames")),
        "image" => ReadImage(json, null),
        "audio" => new AudioInput
        {
            Samples = json.RequiredInt("samples"),
            SamplesPerPatch = json.Int("samples_per_patch", 16),
            NumBands = json.Int("num_bands", 192),
            MaxResolution = json.OptionalInt("max_resolution"),
        },
        "series" => new SeriesInput
        {
            Steps = json.RequiredInt("steps"),
            Channels = json.RequiredInt("channels"),
            NumBands = json.Int("num_bands", 64),
            MaxResolution = json.OptionalInt("max_resolution"),
        },
        "one_hot" => new OneHotInput { Classes = json.RequiredInt("classes") },
        _ => null,
    };

    private static ImageInput ReadImage(JsonFields json, int? frames) => new()
    {
        Frames = frames,
        Height = json.RequiredInt("height"),
        Width = json.RequiredInt("width"),
        Channels = json.Int("channels", 3),
        PatchSize = json.Int("patch_size", 1),
        NumBands = json.Int("num_bands", 64),
        MaxResolution = json.Ints("max_resolution"),
    };

    private static ClassificationOutput? ReadOutput(JsonFields json, int dLatents) => json.OneOf("type", "", "classification") switch
    {
        "classification" => new ClassificationOutput { Labels = json.RequiredTexts("labels"), Channels = json.Int("query_channels", dLatents) },
        _ => null,
    };

    private static JsonObject WriteInput(InputConfig input) => input switch
    {
        ImageInput i => WriteImage(i),
        AudioInput a => new()
        {
            ["type"] = "audio",
            ["samples"] = a.Samples,
            ["samples_per_patch"] = a.SamplesPerPatch,
            ["num_bands"] = a.NumBands,
            ["max_resolution"] = a.MaxResolution,
        },
        SeriesInput s => new()
        {
            ["type"] = "series",
            ["steps"] = s.Steps,
            ["channels"] = s.Channels,
            ["num_bands"] = s.NumBands,
            ["max_resolution"] = s.MaxResolution,
        },
        OneHotInput o => new() { ["type"] = "one_hot", ["classes"] = o.Classes },
        _ => throw new ArgumentException($"no JSON form of {input.GetType().Name}", nameof(input)),
    };

    private static JsonObject WriteImage(ImageInput i)
    {
        JsonObject json = new() { ["type"] = i.Frames is null ? "image" : "video" };
        if (i.Frames is int frames)
            json["frames"] = frames;
        json["height"] = i.Height;
        json["width"] = i.Width;
        json["channels"] = i.Channels;
        json["patch_size"] = i.PatchSize;
        json["num_bands"] = i.NumBands;
        json["max_resolution"] = i.MaxResolution is null ? null : CommonFields.List(i.MaxResolution);
        return json;
    }

    private static JsonObject WriteOutput(ClassificationOutput output) => new()
    {
        ["type"] = "classification",
        ["labels"] = CommonFields.List(output.Labels),
        ["query_channels"] = output.Channels,
    };
}
