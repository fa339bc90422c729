using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>A model's tensors by key, seen from one prefix: a layer asks for "weight" and need not know where it stands.</summary>
/// <param name="weights">All of them.</param>
/// <param name="prefix">What keys begin with here.</param>
/// <param name="plan">How the layers run that are made of them.</param>
internal sealed class WeightScope(Dictionary<string, Tensor> weights, string prefix, ExecutionPlan plan)
{
    /// <summary>How the layers run that are made of these tensors.</summary>
    public ExecutionPlan Plan => plan;

    /// <summary>The same tensors, for layers whose dense products run in float32.</summary>
    public WeightScope Exact => new(weights, prefix, plan.In(Precision.Float32));

    /// <summary>The same tensors, for layers whose result is a part of an output.</summary>
    public WeightScope ForOutputs => new(weights, prefix, plan.ForOutputs);

    public WeightScope At(string name) => new(weights, $"{prefix}{name}.", plan);

    public Tensor Get(string name) => weights[prefix + name];

    /// <summary>Keeps what a layer has made of tensors, and frees those: nothing is in memory twice.</summary>
    /// <param name="name">What was made is kept under this name.</param>
    /// <param name="made">What was made.</param>
    /// <param name="of">Names of what it was made of.</param>
    public void Replace(string name, Tensor made, params IEnumerable<string> of)
    {
        foreach (string used in of)
        {
            weights.Remove(prefix + used, out Tensor? tensor);
            tensor!.Dispose();
        }

        weights[prefix + name] = made;
    }
}
