using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>y = x Wᵀ + b over the last axis, in the precision of a plan.</summary>
/// <param name="storedWeight">The weight as the plan keeps it.</param>
/// <param name="storedBias">The bias as the plan keeps it.</param>
/// <param name="inputs">Channels that go in.</param>
/// <param name="outputs">Channels that come out.</param>
internal abstract class Linear(Tensor storedWeight, Tensor storedBias, long inputs, long outputs) : IDisposable
{
    /// <summary>Channels that go in.</summary>
    public long Inputs => inputs;

    /// <summary>Channels that come out.</summary>
    public long Outputs => outputs;

    /// <summary>The weight, (out, in).</summary>
    public abstract Tensor Weight { get; }

    /// <summary>The bias, (out).</summary>
    public Tensor Bias => storedBias.narrow(0, 0, outputs);

    /// <summary>Takes a stored layer: its weight is (out, in), or (out, in, 1, 1) where it is a 1 x 1 convolution's.</summary>
    public static Linear Of(WeightScope weights)
    {
        using IDisposable scope = NewDisposeScope();
        return Keep(weights, "", weights.Get("weight").flatten(1), weights.Get("bias"), "");
    }

    /// <summary>Joins several stored layers of one input to one product: their results stand side by side.</summary>
    public static Linear Joined(WeightScope weights, params IReadOnlyList<string> names)
    {
        using IDisposable scope = NewDisposeScope();
        return Keep(weights, $"{string.Join('|', names)}.", Join("weight"), Join("bias"), [.. names.Select(n => $"{n}.")]);

        Tensor Join(string part) => cat([.. names.Select(n => weights.Get($"{n}.{part}"))], 0);
    }

    /// <summary>Makes a layer of numbers that were computed at load.</summary>
    public static Linear Made(WeightScope weights, string name, Tensor weight, Tensor? bias = null)
    {
        using IDisposable scope = NewDisposeScope();
        return Keep(weights, $"{name}.", weight, bias ?? zeros_like(weight.select(1, 0)));
    }

    /// <summary>Runs the layer on x (..., in), added to <paramref name="plus"/> (..., out) if there is such: (..., out).</summary>
    public abstract Tensor Forward(Tensor x, Tensor? plus = null);

    /// <summary>Runs the layer and the exact (erf) GELU on its result, (..., out).</summary>
    public abstract Tensor Gelu(Tensor x);

    /// <summary>Frees what the plan keeps of the layer.</summary>
    public void Dispose()
    {
        storedWeight.Dispose();
        storedBias.Dispose();
    }

    // The model owns what the layer keeps, under the names of what it was made of.
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
