using System.Text.Json.Nodes;

namespace StreamPerceiver.Model;

/// <summary>Hugging Face's model classes, one method each: the inputs and outputs, with the numbers that the class hard-wires.</summary>
internal static class HuggingFaceFamilies
{
    private const int VideoPatch = 4;
    private const int VideoBands = 32;
    private const int AudioBands = 192;
    private const int ImageSize = 224;

    // The class takes extracted patches: the 3 x 3 neighbourhood of each pixel, in three colours.
    private const int FlowPatchChannels = 27;
    private const int FlowDivisor = 100;

    // Hugging Face's masked language model hard-wires these. The keys in config.json have no effect on them.
    private const int TextDecoderHeads = 8;
    private const int TextDecoderQkChannels = 8 * 32;

    public static PerceiverConfig MaskedLanguageModel(JsonFields json)
    {
        TextInput text = Text(json);
        TextOutput output = new()
        {
            Input = "text",
            Length = text.Length,
            Vocabulary = text.Vocabulary,
            Channels = text.Channels,
            Decoder = new() { Heads = TextDecoderHeads, QkChannels = TextDecoderQkChannels, VChannels = text.Channels },
        };
        return Single(json, PerceiverArchitecture.MaskedLanguageModel, "text", text, "text", output);
    }

    public static PerceiverConfig SequenceClassification(JsonFields json, IReadOnlyList<string> labels) =>
        Single(json, PerceiverArchitecture.SequenceClassification, "text", Text(json), "label", Label(json, labels));

    public static PerceiverConfig ImageClassification(JsonFields json, PerceiverArchitecture architecture, IReadOnlyList<string> labels)
    {
        ImageInput image = new() { Height = ImageSize, Width = ImageSize };
        int size = json.Int("image_size", 56);

        // The class hard-wires a grid of 224 pixels and ignores image_size, except for the trained table. A call may bring another grid.
        image = architecture switch
        {
            PerceiverArchitecture.ImageClassificationLearned =>
                image with { Height = size, Width = size, LinearChannels = 256, TrainedPositions = new TrainedPositions(256, 256) },
            PerceiverArchitecture.ImageClassificationConv => image with { StemChannels = 64, MaxResolution = [56, 56] },
            _ => image with { MaxResolution = [ImageSize, ImageSize] },
        };
        return Single(json, architecture, "image", image, "label", Label(json, labels));
    }

    public static PerceiverConfig OpticalFlow(JsonFields json)
    {
        IReadOnlyList<int> size = json.Ints("train_size") ?? [368, 496];
        if (size.Count != 2)
            json.Problem("train_size", $"has {size.Count} numbers, expected 2, height and width");
        ImageInput frames = new()
        {
            Frames = 2,
            FramesPerPatch = 2,
            Channels = FlowPatchChannels,
            Height = size.ElementAtOrDefault(0),
            Width = size.ElementAtOrDefault(1),
            LinearChannels = 64,
            MaxResolution = size,
        };
        DenseInputOutput flow = new() { Input = "frames", Divisor = FlowDivisor, Decoder = new() };
        return Single(json, PerceiverArchitecture.OpticalFlow, "frames", frames, "flow", flow);
    }

    public static PerceiverConfig Multimodal(JsonFields json, IReadOnlyList<string> labels)
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
                    Height = Times(size, VideoPatch),
                    Width = Times(size, VideoPatch),
                    PatchSize = VideoPatch,
                    NumBands = VideoBands,
                    MaxResolution = resolution,
                    MaskProbability = 0,
                },
                ["label"] = new OneHotInput { Classes = labels.Count, MaskProbability = 1 },
            },
            new Dictionary<string, OutputConfig>
            {
                ["audio"] = new AudioOutput { Patches = samples / Math.Max(1, patch), SamplesPerPatch = patch, NumBands = AudioBands, MaxResolution = samples },
                ["image"] = new ImageOutput { Shape = [.. shape.Skip(1)], NumBands = VideoBands, MaxResolution = resolution },
                ["label"] = new ClassificationOutput
                {
                    Labels = labels,
                    ProblemType = Problem(json),
                    Channels = json.Int("_label_trainable_num_channels", 1024),
                },
            });
    }

    /// <summary>Adds the keys that only the model's own family reads.</summary>
    public static void Write(JsonObject json, PerceiverConfig c)
    {
        if (c.Inputs.GetValueOrDefault("text") is TextInput text)
        {
            json["d_model"] = text.Channels;
            json["vocab_size"] = text.Vocabulary;
            json["max_position_embeddings"] = text.Length;
        }

        if (c.Architecture == PerceiverArchitecture.ImageClassificationLearned)
            json["image_size"] = ((ImageInput)c.Inputs["image"]).Height;
        if (c.Inputs.GetValueOrDefault("frames") is ImageInput frames)
            json["train_size"] = CommonFields.List([frames.Height, frames.Width]);
        if (c.Architecture == PerceiverArchitecture.MultimodalAutoencoding)
        {
            ImageInput image = (ImageInput)c.Inputs["image"];
            AudioInput audio = (AudioInput)c.Inputs["audio"];
            json["num_frames"] = image.Frames;
            json["image_size"] = image.Height / VideoPatch;
            json["audio_samples_per_frame"] = audio.Samples / image.Frames;
            json["samples_per_patch"] = audio.SamplesPerPatch;
            json["output_shape"] = CommonFields.List([1, .. ((ImageOutput)c.Outputs["image"]).Shape]);
            json["_label_trainable_num_channels"] = ((ClassificationOutput)c.Outputs["label"]).Channels;
        }
    }

    private static PerceiverConfig Single(
        JsonFields json, PerceiverArchitecture architecture, string input, InputConfig inputConfig, string output, OutputConfig outputConfig) =>
        CommonFields.Read(
            json,
            architecture,
            new Dictionary<string, InputConfig> { [input] = inputConfig },
            new Dictionary<string, OutputConfig> { [output] = outputConfig });

    private static TextInput Text(JsonFields json) => new()
    {
        Length = json.Int("max_position_embeddings", 2048),
        Vocabulary = json.Int("vocab_size", 262),
        Channels = json.Int("d_model", 768),
    };

    // Hugging Face's classifiers have a query as wide as a latent, and add the query to the result of the attention.
    private static ClassificationOutput Label(JsonFields json, IReadOnlyList<string> labels) =>
        new() { Labels = labels, ProblemType = Problem(json), Channels = json.Int("d_latents", 1280), Decoder = new() { QueryResidual = true } };

    private static ProblemType? Problem(JsonFields json) => CommonFields.ReadProblemType(json, Enum.GetValues<ProblemType>());

    // A product too large for an int becomes the largest int, which the rules refuse as well.
    private static int Times(int a, int b) => (int)Math.Clamp((long)a * b, -1, int.MaxValue);
}
