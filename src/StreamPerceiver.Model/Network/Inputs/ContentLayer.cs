using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>What makes features of an input's content: here, nothing; the content itself is the features.</summary>
internal class ContentLayer
{
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
            new LinearContent(Linear.Of(weights.At(image.ContentChannels == image.Channels ? "convnet_1x1" : "conv_after_patches"))),
        SetInput { LinearChannels: not null } => new LinearContent(Linear.Of(weights.At("conv_after_patches"))),
        _ => new ContentLayer(),
    };

    /// <summary>Features (B, M_m, Cf) of content (B, content tokens, Cx) on a grid.</summary>
    public virtual Tensor Features(Tensor content, IReadOnlyList<int> grid) => content;

    /// <summary>Which tokens are hidden, (B, M_m), from which content is, (B, content tokens).</summary>
    public virtual Tensor Hidden(Tensor hiddenContent, IReadOnlyList<int> grid) => hiddenContent;

    private sealed class LinearContent(Linear linear) : ContentLayer
    {
        public override Tensor Features(Tensor content, IReadOnlyList<int> grid) => linear.Forward(content); // (B, M_m, Cf)
    }
}
