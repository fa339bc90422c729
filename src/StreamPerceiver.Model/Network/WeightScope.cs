using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>A model's tensors by key, seen from one prefix: a layer asks for "weight" and need not know where it stands.</summary>
/// <param name="weights">All of them.</param>
/// <param name="prefix">What keys begin with here.</param>
/// <param name="precision">What dense products run in (default: float32).</param>
internal sealed class WeightScope(Dictionary<string, Tensor> weights, string prefix, Precision precision = Precision.Float32)
{
    /// <summary>What dense products run in.</summary>
    public Precision Precision => precision;

    /// <summary>The same with dense products of another precision.</summary>
    public WeightScope In(Precision other) => new(weights, prefix, other);

    public WeightScope At(string name) => new(weights, $"{prefix}{name}.", precision);

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
