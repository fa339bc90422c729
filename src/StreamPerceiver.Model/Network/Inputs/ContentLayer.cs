using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>What makes features of an input's content: here, nothing; the content itself is the features.</summary>
internal class ContentLayer
{
    /// <summary>A linear layer that is left to whoever reads the content; null for none.</summary>
    public Linear? Linear { get; private init; }

    /// <summary>The layer of an input.</summary>
    /// <param name="name">Name of the input, for messages.</param>
    /// <param name="config">Sizes of the input.</param>
    /// <param name="weights">Where its tensors are.</param>
    /// <param name="device">Where the model runs.</param>
    public static ContentLayer Of(string name, InputConfig config, WeightScope weights, Device device) => config switch
    {
        TextInput text => new TextEmbedding(name, text, weights),
        PointsInput points => new PointFeatures(points, device),
        ImageInput { StemChannels: not null } => new ConvStem(weights.At("convnet")),
        ImageInput { LinearChannels: not null } image =>
            new ContentLayer { Linear = Linear.FromStored(weights.At(image.ContentChannels == image.Channels ? "convnet_1x1" : "conv_after_patches")) },
        SetInput { LinearChannels: not null } => new ContentLayer { Linear = Linear.FromStored(weights.At("conv_after_patches")) },
        _ => new ContentLayer(),
    };

    /// <summary>Features (B, M_m, Cf) of content (B, content tokens, Cx) on a grid, up to <see cref="Linear"/>.</summary>
    public virtual Tensor Features(Tensor content, IReadOnlyList<int> grid) => content;

    /// <summary>Which tokens are hidden, (B, M_m), from which content is, (B, content tokens).</summary>
    public virtual Tensor Hidden(Tensor hiddenContent, IReadOnlyList<int> grid) => hiddenContent;
}
