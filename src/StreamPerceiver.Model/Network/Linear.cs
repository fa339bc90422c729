using TorchSharp;
using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>y = x Wᵀ + b over the last axis, in the type that dense products run in: packed on a CPU, as libtorch has it elsewhere.</summary>
internal sealed class Linear
{
    private readonly Tensor _weight;
    private readonly Tensor _bias;
    private readonly PackedMatrix? _packed;

    private Linear(Tensor weight, Tensor bias, long inputs, long outputs, bool packed)
    {
        (_weight, _bias, Inputs, Outputs) = (weight, bias, inputs, outputs);
        _packed = packed ? new PackedMatrix(weight, bias, inputs, outputs) : null;
    }

    /// <summary>Channels that go in.</summary>
    public long Inputs { get; }

    /// <summary>Channels that come out.</summary>
    public long Outputs { get; }

    /// <summary>The weight, (out, in).</summary>
    public Tensor Weight => _packed?.Unpack() ?? _weight.alias();

    /// <summary>The bias, (out).</summary>
    public Tensor Bias => _bias.narrow(0, 0, Outputs);

    /// <summary>A stored layer: its weight is (out, in), or (out, in, 1, 1) where it is a 1 x 1 convolution's.</summary>
    public static Linear Of(WeightScope weights)
    {
        using IDisposable scope = NewDisposeScope();
        return Keep(weights, "", weights.Get("weight").flatten(1), weights.Get("bias"), "");
    }

    /// <summary>Several stored layers of one input as one product: what they give stands side by side.</summary>
    public static Linear Joined(WeightScope weights, params IReadOnlyList<string> names)
    {
        using IDisposable scope = NewDisposeScope();
        return Keep(weights, $"{string.Join('|', names)}.", Join("weight"), Join("bias"), [.. names.Select(n => $"{n}.")]);

        Tensor Join(string part) => cat([.. names.Select(n => weights.Get($"{n}.{part}"))], 0);
    }

    /// <summary>A layer that was made at load.</summary>
    public static Linear Made(WeightScope weights, string name, Tensor weight, Tensor? bias = null) => Keep(weights, $"{name}.", weight, bias ?? zeros_like(weight.select(1, 0)));

    /// <summary>The layer of x (..., in), added to <paramref name="plus"/> (..., out) if there is such: (..., out).</summary>
    public Tensor Forward(Tensor x, Tensor? plus = null)
    {
        if (_packed is not null) return _packed.Product(x, plus);
        Tensor y = nn.functional.linear(x.to(_weight.dtype), _weight, _bias); // (..., out)
        return plus is null ? y : plus.add(y);
    }

    /// <summary>The exact (erf) GELU of the layer, (..., out).</summary>
    public Tensor Gelu(Tensor x) => _packed?.Product(x, gelu: true) ?? nn.functional.gelu(Forward(x));

    private static Linear Keep(WeightScope weights, string prefix, Tensor weight, Tensor bias, params string[] of)
    {
        bool packed = weight.device_type == DeviceType.CPU && (weights.Precision == Precision.Float32 || PairProduct.IsSupported);
        ScalarType type = weights.Precision == Precision.Float32 ? ScalarType.Float32 : ScalarType.BFloat16;
        return new Linear(
            weights.Replace($"{prefix}weight", packed ? PackedMatrix.Pack(weight, weights.Precision) : weight.to(type).clone(), of.Select(o => $"{o}weight")),
            weights.Replace($"{prefix}bias", packed ? PackedMatrix.PackBias(bias) : bias.to(type).clone(), of.Select(o => $"{o}bias")),
            weight.size(1),
            weight.size(0),
            packed);
    }
}
