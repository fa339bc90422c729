using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>A model's tensors below one key prefix: a layer gets its "weight" and does not need the full key.</summary>
/// <param name="weights">All tensors of the model by full key.</param>
/// <param name="prefix">The prefix of the keys.</param>
/// <param name="plan">The plan of the layers that are made from these tensors.</param>
internal sealed class WeightScope(Dictionary<string, Tensor> weights, string prefix, ExecutionPlan plan)
{
    /// <summary>The plan of the layers that are made from these tensors.</summary>
    public ExecutionPlan Plan => plan;

    /// <summary>The same tensors, for layers whose dense products run in float32.</summary>
    public WeightScope Exact => new(weights, prefix, plan.In(Precision.Float32));

    /// <summary>The same tensors, for layers whose results are parts of an output.</summary>
    public WeightScope ForOutputs => new(weights, prefix, plan.ForOutputs);

    public WeightScope At(string name) => new(weights, $"{prefix}{name}.", plan);

    public Tensor Get(string name) => weights[prefix + name];

    /// <summary>
    /// Stores a tensor that a layer has made from others, and frees these others, so that no weight is in memory twice. In training the weights stay.
    /// </summary>
    /// <param name="name">The new tensor's name.</param>
    /// <param name="made">The new tensor.</param>
    /// <param name="of">Names of the tensors that are freed.</param>
    public void Replace(string name, Tensor made, params IEnumerable<string> of)
    {
        if (plan.IsTraining) return;
        foreach (string used in of)
        {
            weights.Remove(prefix + used, out Tensor? tensor);
            tensor!.Dispose();
        }

        weights[prefix + name] = made;
    }
}
