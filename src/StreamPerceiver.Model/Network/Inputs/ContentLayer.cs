using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>Makes features of an input's content. This base class takes the content as the features.</summary>
internal class ContentLayer
{
    /// <summary>A linear layer that the reader of the features still has to apply; null for none.</summary>
    public Linear? Linear { get; private init; }

    /// <summary>Makes the layer of an input's kind.</summary>
    /// <param name="name">Name of the input, for messages.</param>
    /// <param name="config">Sizes of the input.</param>
    /// <param name="weights">The input's weights.</param>
    /// <param name="device">The model's device.</param>
    public static ContentLayer ForInput(string name, InputConfig config, WeightScope weights, Device device) => config switch
    {
        TextInput text => new TextEmbedding(name, text, weights),
        PointsInput points => new PointFeatures(points, device),
        ImageInput { StemChannels: not null } => new ConvStem(weights.At("convnet")),
        ImageInput { LinearChannels: not null } image =>
            new ContentLayer { Linear = Linear.FromStored(weights.At(image.ContentChannels == image.Channels ? "convnet_1x1" : "conv_after_patches")) },
        SetInput { LinearChannels: not null } => new ContentLayer { Linear = Linear.FromStored(weights.At("conv_after_patches")) },
        _ => new ContentLayer(),
    };

    /// <summary>Makes features (B, M_m, Cf) of content (B, content tokens, Cx) on a grid, without <see cref="Linear"/>.</summary>
    public virtual Tensor Features(Tensor content, IReadOnlyList<int> grid) => content;

    /// <summary>Computes which tokens are hidden, (B, M_m), from the hidden content, (B, content tokens).</summary>
    public virtual Tensor Hidden(Tensor hiddenContent, IReadOnlyList<int> grid) => hiddenContent;
}
