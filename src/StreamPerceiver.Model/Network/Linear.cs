using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>y = x Wᵀ + b over the last axis, in the type that dense products run in.</summary>
/// <param name="weight">(out, in).</param>
/// <param name="bias">(out).</param>
internal sealed class Linear(Tensor weight, Tensor bias)
{
    /// <summary>The weight, (out, in).</summary>
    public Tensor Weight => weight;

    /// <summary>The bias, (out).</summary>
    public Tensor Bias => bias;

    /// <summary>Channels that come out.</summary>
    public long Outputs => weight.shape[0];

    /// <summary>A stored layer: its weight is (out, in), or (out, in, 1, 1) where it is a 1 x 1 convolution's.</summary>
    public static Linear Of(WeightScope weights)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor weight = weights.Get("weight"), bias = weights.Get("bias");
        return new Linear(
            weights.Replace("weight", weight.flatten(1).to(weights.Type).clone(), "weight"),
            weights.Replace("bias", bias.to(weights.Type).clone(), "bias"));
    }

    /// <summary>Several stored layers of one input as one product: what they give stands side by side.</summary>
    public static Linear Joined(WeightScope weights, params IReadOnlyList<string> names)
    {
        using IDisposable scope = NewDisposeScope();
        return new Linear(Join("weight"), Join("bias"));

        Tensor Join(string part)
        {
            string[] parts = [.. names.Select(n => $"{n}.{part}")];
            return weights.Replace($"{string.Join('|', names)}.{part}", cat([.. parts.Select(weights.Get)], 0).to(weights.Type), parts);
        }
    }

    public Tensor Forward(Tensor x) => nn.functional.linear(x.to(weight.dtype), weight, bias); // (..., out)
}
