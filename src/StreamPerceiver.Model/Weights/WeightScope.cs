using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>A model's tensors by key, seen from one prefix: a layer asks for "weight" and need not know where it stands.</summary>
internal sealed class WeightScope(IReadOnlyDictionary<string, Tensor> weights, string prefix)
{
    public WeightScope At(string name) => new(weights, $"{prefix}{name}.");

    public Tensor Get(string name) => weights[prefix + name];
}
