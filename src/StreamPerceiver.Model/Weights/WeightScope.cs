using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>A model's tensors by key, seen from one prefix: a layer asks for "weight" and need not know where it stands.</summary>
/// <param name="weights">All of them.</param>
/// <param name="prefix">What keys begin with here.</param>
/// <param name="type">The type that dense products run in (default: float32).</param>
internal sealed class WeightScope(Dictionary<string, Tensor> weights, string prefix, ScalarType type = ScalarType.Float32)
{
    /// <summary>The type that dense products run in.</summary>
    public ScalarType Type => type;

    /// <summary>The same with dense products of another type.</summary>
    public WeightScope In(ScalarType other) => new(weights, prefix, other);

    public WeightScope At(string name) => new(weights, $"{prefix}{name}.", type);

    public Tensor Get(string name) => weights[prefix + name];

    /// <summary>Keeps what a layer has made of tensors, and frees those: nothing is in memory twice.</summary>
    /// <param name="name">What was made is kept under this name.</param>
    /// <param name="made">What was made.</param>
    /// <param name="of">Names of what it was made of.</param>
    public Tensor Replace(string name, Tensor made, params IEnumerable<string> of)
    {
        foreach (string used in of)
        {
            weights.Remove(prefix + used, out Tensor? tensor);
            if (!ReferenceEquals(tensor, made)) tensor!.Dispose();
        }

        return weights[prefix + name] = made.DetachFromDisposeScope();
    }
}
