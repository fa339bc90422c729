using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>
/// The convolution before the tokens of Hugging Face's conv model: 7 x 7 with stride 2, batch norm by its running statistics, ReLU, then 3 x 3
/// max-pooling with stride 2. The convolution pads 3 on every side and the pooling nothing: 224 pixels become 112, then 55.
/// </summary>
internal sealed class ConvStem(WeightScope weights) : ContentLayer
{
    private const int Kernel = 7;
    private const int Padding = 3;
    private const int Stride = 2;
    private const int Pool = 3;

    private readonly Tensor _kernels = weights.At("conv").Get("weight");
    private readonly WeightScope _norm = weights.At("batchnorm");

    public override Tensor Features(Tensor content, IReadOnlyList<int> grid)
    {
        Tensor image = Image(content, grid);                                // (B, C, H, W)
        Tensor convolved = nn.functional.conv2d(image, _kernels, strides: [Stride, Stride], padding: [Padding, Padding]); // (B, Cf, H/2, W/2)
        Tensor normed = nn.functional.batch_norm(
            convolved, _norm.Get("running_mean"), _norm.Get("running_var"), _norm.Get("weight"), _norm.Get("bias")); // (B, Cf, H/2, W/2)
        Tensor pooled = nn.functional.max_pool2d(normed.relu(), Pool, stride: Stride); // (B, Cf, h, w)
        return pooled.flatten(2).transpose(1, 2);                           // (B, h w, Cf)
    }

    /// <summary>Hides a token when all pixels of its receptive field are hidden.</summary>
    public override Tensor Hidden(Tensor hiddenContent, IReadOnlyList<int> grid)
    {
        Tensor kept = Image(hiddenContent.logical_not().unsqueeze(-1).to(ScalarType.Float32), grid); // (B, 1, H, W)
        Tensor seen = nn.functional.max_pool2d(kept, Kernel, stride: Stride, padding: Padding); // (B, 1, H/2, W/2)
        return nn.functional.max_pool2d(seen, Pool, stride: Stride).flatten(1).eq(Scalars.Zero); // (B, h w)
    }

    private static Tensor Image(Tensor content, IReadOnlyList<int> grid) =>
        content.transpose(1, 2).reshape(content.size(0), content.size(2), grid[0], grid[1]); // (B, C, H, W)
}
