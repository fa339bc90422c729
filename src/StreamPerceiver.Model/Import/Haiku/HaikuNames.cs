using StreamPerceiver.Formats;

namespace StreamPerceiver.Model;

/// <summary>
/// Translates a Haiku model's names and layout to Hugging Face's. A linear layer's w (in, out) becomes (out, in). A convolution's w (height, width, in, out)
/// becomes (out, in, width, height), since the kernels in Hugging Face's own checkpoints have this order.
/// </summary>
internal static class HaikuNames
{
    /// <summary>Tensors outside the attention layers.</summary>
    private static readonly Dictionary<string, string> Whole = new(StringComparer.Ordinal)
    {
        ["perceiver_encoder/~/trainable_position_encoding/pos_embs"] = "perceiver.embeddings.latents",
        ["encoder/~/trainable_position_encoding/pos_embs"] = "perceiver.embeddings.latents",
        ["embed/embeddings"] = "perceiver.input_preprocessor.embeddings.weight",
        ["trainable_position_encoding/pos_embs"] = "perceiver.input_preprocessor.position_embeddings.weight",
        ["image_preprocessor/~_build_network_inputs/trainable_position_encoding/pos_embs"] =
            "perceiver.input_preprocessor.position_embeddings.position_embeddings",
        ["basic_decoder/~/trainable_position_encoding/pos_embs"] = "perceiver.decoder.output_position_encodings.position_embeddings",
        ["classification_decoder/~/basic_decoder/~/trainable_position_encoding/pos_embs"] = ClassQuery,
        ["embedding_decoder/bias"] = "embedding_decoder.bias",
    };

    private const string ClassQuery = "perceiver.decoder.decoder.output_position_encodings.position_embeddings";

    /// <summary>The key of the class query where the classification is one of several outputs.</summary>
    private const string LabelQuery = "perceiver.decoder.modalities.label.decoder.output_position_encodings.position_embeddings";

    /// <summary>Layers with parameters w, b, scale and offset outside the attention layers, and the norm with running averages.</summary>
    private static readonly Dictionary<string, string> Layers = new(StringComparer.Ordinal)
    {
        ["image_preprocessor/~/conv2_d"] = "perceiver.input_preprocessor.convnet_1x1",
        ["image_preprocessor/~_build_network_inputs/position_encoding_projector/linear"] = "perceiver.input_preprocessor.positions_projection",
        ["image_preprocessor/~/conv2_d_downsample/~/conv"] = "perceiver.input_preprocessor.convnet.conv",
        ["image_preprocessor/~/conv2_d_downsample/~/batchnorm"] = "perceiver.input_preprocessor.convnet.batchnorm",
        ["image_preprocessor/patches_linear"] = "perceiver.input_preprocessor.conv_after_patches",
        ["classification_decoder/~/basic_decoder/output"] = "perceiver.decoder.decoder.final_layer",
        ["flow_decoder/~/basic_decoder/output"] = "perceiver.decoder.decoder.final_layer",
        ["multimodal_decoder/~/basic_decoder/output"] = "perceiver.decoder.decoder.final_layer",
        ["audio_postprocessor/linear"] = "perceiver.output_postprocessor.modalities.audio.classifier",
        ["projection_postprocessor/linear"] = "perceiver.output_postprocessor.modalities.image.classifier",
        ["classification_postprocessor/linear"] = "perceiver.output_postprocessor.modalities.label.classifier",
    };

    /// <summary>Tensors of a modality: the text before and after the modality's name, and the key's text before it.</summary>
    private static readonly (string Before, string After, string Key)[] Modal =
    [
        ("multimodal_preprocessor/", "_padding/pos_embs", "perceiver.input_preprocessor.padding."),
        ("multimodal_preprocessor/", "_mask_token/pos_embs", "perceiver.input_preprocessor.mask."),
        ("multimodal_decoder/~decoder_query/", "_padding/pos_embs", "perceiver.decoder.padding."),
    ];

    private const string AverageMean = "/~/mean_ema/average";
    private const string AverageVariance = "/~/var_ema/average";

    private static readonly Dictionary<string, string> Parameters = new(StringComparer.Ordinal)
    {
        ["w"] = "weight",
        ["b"] = "bias",
        ["scale"] = "weight",
        ["offset"] = "bias",
    };

    /// <summary>Renames and rearranges the tensors, in their order.</summary>
    /// <exception cref="CheckpointException">Lists all names that are unknown or become equal, and arrays that are not weights.</exception>
    public static IReadOnlyList<SafeTensor> Map(string file, IReadOnlyList<KeyValuePair<string, NpyArray>> arrays)
    {
        bool multimodal = arrays.Any(a => a.Key.StartsWith("multimodal_decoder/", StringComparison.Ordinal));
        List<string> problems = [];
        List<SafeTensor> tensors = [];
        HashSet<string> keys = new(StringComparer.Ordinal);
        foreach ((string name, NpyArray array) in arrays.Where(a => !IsTrainingOnly(a.Key)))
        {
            string? key = Key(name);
            if (multimodal && key == ClassQuery)
                key = LabelQuery;
            if (key is null)
                problems.Add($"'{name}' {array.Type} {ShapeText.Of(array.Shape)} is the name of no tensor of a Perceiver");
            else if (!keys.Add(key))
                problems.Add($"'{name}' is '{key}', which another tensor is already");
            else if (array.Type is not (NpyType.F32 or NpyType.F16))
                problems.Add($"'{name}' holds {array.Type}: a weight must be F32 or F16");
            else
                tensors.Add(Arrange(name, key, array));
        }

        return problems.Count == 0 ? tensors : throw new CheckpointException(file, problems);
    }

    // The hidden state and the counter of a running average are needed only to continue the training.
    private static bool IsTrainingOnly(string name) =>
        name.EndsWith("_ema/hidden", StringComparison.Ordinal) || name.EndsWith("_ema/counter", StringComparison.Ordinal);

    private static string? Key(string name)
    {
        if (Whole.TryGetValue(name, out string? whole))
            return whole;
        foreach ((string before, string after, string key) in Modal)
        {
            if (name.Length > before.Length + after.Length
                && name.StartsWith(before, StringComparison.Ordinal) && name.EndsWith(after, StringComparison.Ordinal))
                return key + name[before.Length..^after.Length];
        }

        foreach ((string average, string buffer) in new[] { (AverageMean, ".running_mean"), (AverageVariance, ".running_var") })
        {
            if (name.EndsWith(average, StringComparison.Ordinal) && Layers.TryGetValue(name[..^average.Length], out string? norm))
                return norm + buffer;
        }

        int slash = name.LastIndexOf('/');
        string module = name[..Math.Max(slash, 0)];
        string? layer = Layers.TryGetValue(module, out string? known) ? known : HaikuAttention.LayerName(module);
        return layer is not null && Parameters.TryGetValue(name[(slash + 1)..], out string? parameter) ? $"{layer}.{parameter}" : null;
    }

    private static SafeTensor Arrange(string name, string key, NpyArray array)
    {
        SafeTensorType type = array.Type == NpyType.F32 ? SafeTensorType.F32 : SafeTensorType.F16;
        if (name.EndsWith("/w", StringComparison.Ordinal))
        {
            long[] reversed = [.. array.Shape.Reverse()];
            byte[] bytes = StridedArray.ToRowMajor(array.Bytes.Span, NpyArray.SizeOf(array.Type), reversed, StridedArray.ColumnMajor(reversed));
            return new SafeTensor(key, type, reversed, bytes);
        }

        // Haiku's batch norm keeps axes of size 1 for the batch and the image.
        bool squeezed = name.Contains("/batchnorm/", StringComparison.Ordinal);
        return new SafeTensor(key, type, squeezed ? [.. array.Shape.Where(size => size != 1)] : array.Shape, array.Bytes);
    }
}
