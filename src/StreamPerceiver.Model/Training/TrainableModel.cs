using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>
/// A Perceiver IO model whose weights have gradients. It is the network of <see cref="PerceiverModel"/> by libtorch's operations. The running statistics of a
/// batch norm stay as they are. For one caller at a time.
/// </summary>
public sealed class TrainableModel : IDisposable
{
    private readonly Dictionary<string, Tensor> _weights;
    private readonly TrainingPlan _plan;

    /// <summary>Makes a model from its configuration and exactly its tensors.</summary>
    /// <param name="config">Sizes; checked first.</param>
    /// <param name="tensors">The tensors to begin with, in any order.</param>
    /// <param name="device">The device (default: the CPU).</param>
    /// <param name="precision">The number format of dense products (default: float32). Weights, gradients and norms are float32 in any.</param>
    /// <exception cref="ConfigException">The sizes clash.</exception>
    /// <exception cref="CheckpointException">Tensors are missing, unknown, or of the wrong shape or type.</exception>
    public TrainableModel(PerceiverConfig config, IReadOnlyList<SafeTensor> tensors, Device? device = null, Precision precision = Precision.Float32)
        : this(config, tensors, new TrainingPlan(device ?? CPU, precision, ScalarType.Float32))
    {
    }

    internal TrainableModel(PerceiverConfig config, IReadOnlyList<SafeTensor> tensors, TrainingPlan plan)
    {
        (Config, _plan) = (config, plan);
        HashSet<string> trained = [.. ParameterList.For(config).Where(p => p.Role == ParameterRole.Weight).Select(p => p.Key)];
        using IDisposable scope = NewDisposeScope();
        _weights = PerceiverModel.Load(config, tensors, plan.Device).ToDictionary(
            w => w.Key, w => w.Value.to(plan.ExactType, disposeAfter: true).DetachFromDisposeScope(), StringComparer.Ordinal);
        Parameters = _weights.Where(w => trained.Contains(w.Key)).OrderBy(w => w.Key, StringComparer.Ordinal)
            .ToDictionary(w => w.Key, w => w.Value.requires_grad_(true), StringComparer.Ordinal);
    }

    /// <summary>The sizes of the model.</summary>
    public PerceiverConfig Config { get; }

    /// <summary>The trained weights by their keys, in ordinal order. A weight is trained in place.</summary>
    public IReadOnlyDictionary<string, Tensor> Parameters { get; }

    /// <summary>Runs the model, with a graph for gradients.</summary>
    /// <param name="inputs">As for <see cref="PerceiverModel.Encode"/>.</param>
    /// <param name="points">As for <see cref="PerceiverModel.Decode"/>.</param>
    /// <param name="wanted">As for <see cref="PerceiverModel.Decode"/>.</param>
    /// <returns>Outputs by name. The tensors are in the caller's dispose scope.</returns>
    /// <exception cref="ModelInputException">A wrong name, shape or type, a point out of range, or NaN or infinity in an unmasked token.</exception>
    public IReadOnlyDictionary<string, Tensor> Forward(
        IReadOnlyDictionary<string, ModelInput> inputs,
        IReadOnlyDictionary<string, IReadOnlyList<int>>? points = null,
        IReadOnlyCollection<string>? wanted = null)
    {
        using IDisposable scope = NewDisposeScope();
        using var network = new PerceiverModel(Config, _weights, _plan);
        return network.Forward(inputs, points, wanted).ToDictionary(o => o.Key, o => o.Value.MoveToOuterDisposeScope(), StringComparer.Ordinal);
    }

    /// <summary>Copies all weights and statistics, in float32, for <see cref="Checkpoint.Save"/>.</summary>
    public IReadOnlyList<SafeTensor> ToTensors()
    {
        using IDisposable exact = no_grad();
        using IDisposable scope = NewDisposeScope();
        return [.. _weights.Select(w => SafeTensor.FromFloats(w.Key, w.Value.shape, Arrays.ToFloats(w.Value.detach().to(ScalarType.Float32))))];
    }

    /// <summary>Frees the weights and statistics.</summary>
    public void Dispose()
    {
        foreach (Tensor weight in _weights.Values) weight.Dispose();
    }
}
