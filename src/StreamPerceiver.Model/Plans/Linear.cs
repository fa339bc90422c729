using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>A linear layer y = x Wᵀ + b over the last axis, in the precision of a plan.</summary>
/// <param name="storedWeight">The weight in the plan's format.</param>
/// <param name="storedBias">The bias in the plan's format.</param>
/// <param name="inputs">Input channels.</param>
/// <param name="outputs">Output channels.</param>
internal abstract class Linear(Tensor storedWeight, Tensor storedBias, long inputs, long outputs) : IDisposable
{
    /// <summary>Input channels.</summary>
    public long Inputs => inputs;

    /// <summary>Output channels.</summary>
    public long Outputs => outputs;

    /// <summary>The weight, (out, in).</summary>
    public abstract Tensor Weight { get; }

    /// <summary>The bias, (out).</summary>
    public Tensor Bias => storedBias.narrow(0, 0, outputs);

    /// <summary>Makes a layer from stored tensors. The weight is (out, in), or (out, in, 1, 1) for a 1 x 1 convolution.</summary>
    public static Linear FromStored(WeightScope weights)
    {
        using IDisposable scope = NewDisposeScope();
        return Keep(weights, "", weights.Get("weight").flatten(1), weights.Get("bias"), "");
    }

    /// <summary>Joins several stored layers with the same input to one layer. Its result has their results side by side.</summary>
    public static Linear FromJoined(WeightScope weights, params IReadOnlyList<string> names)
    {
        using IDisposable scope = NewDisposeScope();
        return Keep(weights, $"{string.Join('|', names)}.", Join("weight"), Join("bias"), [.. names.Select(n => $"{n}.")]);

        Tensor Join(string part) => cat([.. names.Select(n => weights.Get($"{n}.{part}"))], 0);
    }

    /// <summary>Makes a layer from a weight and a bias that were computed at load.</summary>
    public static Linear FromComputed(WeightScope weights, string name, Tensor weight, Tensor? bias = null)
    {
        using IDisposable scope = NewDisposeScope();
        return Keep(weights, $"{name}.", weight, bias ?? zeros_like(weight.select(1, 0)));
    }

    /// <summary>Runs the layer on x (..., in) and adds <paramref name="plus"/> (..., out) unless it is null: (..., out).</summary>
    public abstract Tensor Forward(Tensor x, Tensor? plus = null);

    /// <summary>Runs the layer and applies the exact (erf) GELU to the result, (..., out).</summary>
    public abstract Tensor ForwardGelu(Tensor x);

    /// <summary>Frees the weight and the bias.</summary>
    public void Dispose()
    {
        storedWeight.Dispose();
        storedBias.Dispose();
    }

    // The layer's tensors replace the stored tensors in the model's dictionary, so that the model disposes them.
    private static Linear Keep(WeightScope weights, string prefix, Tensor weight, Tensor bias, params string[] of)
    {
        Linear layer = weights.Plan.MakeLinear(weight, bias);
        weights.Replace($"{prefix}weight", layer.StoredWeight, of.Select(o => $"{o}weight"));
        weights.Replace($"{prefix}bias", layer.StoredBias, of.Select(o => $"{o}bias"));
        return layer;
    }

    private Tensor StoredWeight => storedWeight;

    private Tensor StoredBias => storedBias;
}
