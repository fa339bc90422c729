using System.Text.Json.Nodes;

namespace StreamPerceiver.Model;

/// <summary>Reads and writes one input of our own config.json. The key "type" names its kind.</summary>
internal static class InputFields
{
    public static InputConfig? Read(JsonFields json) =>
        json.OneOf("type", "", "video", "image", "audio", "series", "one_hot", "text", "set", "points") switch
        {
            "video" => ReadImage(json, json.RequiredInt("frames")),
            "image" => ReadImage(json, null),
            "audio" => WithPositions(json, new AudioInput
            {
                Samples = json.RequiredInt("samples"),
                SamplesPerPatch = json.Int("samples_per_patch", 16),
                NumBands = json.Int("num_bands", 192),
                MaxResolution = json.OptionalInt("max_resolution"),
            }),
            "series" => WithPositions(json, new SeriesInput
            {
                Steps = json.RequiredInt("steps"),
                Channels = json.RequiredInt("channels"),
                NumBands = json.Int("num_bands", 64),
                MaxResolution = json.OptionalInt("max_resolution"),
                Mean = json.Numbers("mean"),
                Deviation = json.Numbers("deviation"),
            }),
            "one_hot" => new OneHotInput { Classes = json.RequiredInt("classes") },
            "text" => new TextInput
            {
                Length = json.Int("length", 2048),
                Vocabulary = json.Int("vocabulary", 262),
                Channels = json.RequiredInt("channels"),
            },
            "set" => new SetInput
            {
                Slots = json.RequiredInt("slots"),
                Channels = json.RequiredInt("channels"),
                LinearChannels = json.OptionalInt("linear_channels"),
            },
            "points" => new PointsInput
            {
                Points = json.RequiredInt("points"),
                Axes = json.Int("axes", 3),
                Features = json.Int("features", 0),
                NumBands = json.Int("num_bands", 64),
                MaxResolution = json.Int("max_resolution", 2240),
            },
            _ => null,
        };

    public static JsonObject Write(InputConfig input) => input switch
    {
        ImageInput i => AddPositions(WriteImage(i), i),
        AudioInput a => AddPositions(
            new JsonObject
            {
                ["type"] = "audio",
                ["samples"] = a.Samples,
                ["samples_per_patch"] = a.SamplesPerPatch,
                ["num_bands"] = a.NumBands,
                ["max_resolution"] = a.MaxResolution,
            },
            a),
        SeriesInput s => AddPositions(
            new JsonObject
            {
                ["type"] = "series",
                ["steps"] = s.Steps,
                ["channels"] = s.Channels,
                ["num_bands"] = s.NumBands,
                ["max_resolution"] = s.MaxResolution,
                ["mean"] = s.Mean is { } mean ? CommonFields.List(mean) : null,
                ["deviation"] = s.Deviation is { } deviation ? CommonFields.List(deviation) : null,
            },
            s),
        OneHotInput o => new() { ["type"] = "one_hot", ["classes"] = o.Classes },
        TextInput t => new() { ["type"] = "text", ["length"] = t.Length, ["vocabulary"] = t.Vocabulary, ["channels"] = t.Channels },
        SetInput s => new() { ["type"] = "set", ["slots"] = s.Slots, ["channels"] = s.Channels, ["linear_channels"] = s.LinearChannels },
        PointsInput p => new()
        {
            ["type"] = "points",
            ["points"] = p.Points,
            ["axes"] = p.Axes,
            ["features"] = p.Features,
            ["num_bands"] = p.NumBands,
            ["max_resolution"] = p.MaxResolution,
        },
        _ => throw new ArgumentException($"no JSON form of {input.GetType().Name}", nameof(input)),
    };

    private static InputConfig ReadImage(JsonFields json, int? frames) => WithPositions(json, new ImageInput
    {
        Frames = frames,
        FramesPerPatch = frames is null ? 1 : json.Int("frames_per_patch", 1),
        Height = json.RequiredInt("height"),
        Width = json.RequiredInt("width"),
        Channels = json.Int("channels", 3),
        PatchSize = json.Int("patch_size", 1),
        Stride = json.Int("stride", 1),
        LinearChannels = json.OptionalInt("linear_channels"),
        StemChannels = json.OptionalInt("stem_channels"),
        NumBands = json.Int("num_bands", 64),
        MaxResolution = json.Ints("max_resolution"),
    });

    private static JsonObject WriteImage(ImageInput i)
    {
        JsonObject json = new() { ["type"] = i.Frames is null ? "image" : "video" };
        if (i.Frames is int frames)
            (json["frames"], json["frames_per_patch"]) = (frames, i.FramesPerPatch);
        json["height"] = i.Height;
        json["width"] = i.Width;
        json["channels"] = i.Channels;
        json["patch_size"] = i.PatchSize;
        json["stride"] = i.Stride;
        json["linear_channels"] = i.LinearChannels;
        json["stem_channels"] = i.StemChannels;
        json["num_bands"] = i.NumBands;
        json["max_resolution"] = i.MaxResolution is null ? null : CommonFields.List(i.MaxResolution);
        return json;
    }

    private static InputConfig WithPositions(JsonFields json, InputConfig input)
    {
        bool add = json.Bool("add_positions", false);
        if (json.Object("trained_positions") is not JsonFields trained)
            return input with { AddPositions = add };
        TrainedPositions positions = new(trained.RequiredInt("channels"), trained.OptionalInt("projected_channels"));
        trained.ReportUnknown();
        return input with { AddPositions = add, TrainedPositions = positions };
    }

    private static JsonObject AddPositions(JsonObject json, InputConfig input)
    {
        json["add_positions"] = input.AddPositions;
        json["trained_positions"] = input.TrainedPositions is TrainedPositions trained
            ? new JsonObject { ["channels"] = trained.Channels, ["projected_channels"] = trained.ProjectedChannels }
            : null;
        return json;
    }
}
