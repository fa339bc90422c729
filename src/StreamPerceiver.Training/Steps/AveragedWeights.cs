using StreamPerceiver.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamPerceiver.Training;

/// <summary>The exponential moving average of a model's weights.</summary>
internal sealed class AveragedWeights : IDisposable
{
    private readonly TrainableModel _model;
    private readonly double _keep;
    private readonly Dictionary<string, Tensor> _average;

    /// <summary>Begins with the weights as they are.</summary>
    /// <param name="model">The model.</param>
    /// <param name="keep">The share of the average that stays in a step; 0: the weights themselves.</param>
    public AveragedWeights(TrainableModel model, double keep)
    {
        (_model, _keep) = (model, keep);
        _average = keep == 0 ? [] : model.Parameters.ToDictionary(p => p.Key, p => p.Value.detach().clone().DetachFromDisposeScope(), StringComparer.Ordinal);
    }

    /// <summary>Takes the weights of a step into the average.</summary>
    public void Add()
    {
        using IDisposable exact = no_grad();
        using Scalar keep = Scalars.Create(_keep), add = Scalars.Create(1 - _keep);
        foreach ((string name, Tensor average) in _average) average.mul_(keep).add_(_model.Parameters[name], add);
    }

    /// <summary>Copies all tensors of the model, with the averages in place of the weights.</summary>
    public IReadOnlyList<SafeTensor> ToTensors()
        => [.. _model.ToTensors().Select(Averaged)];

    /// <summary>Takes averages that <see cref="ToTensors"/> has given.</summary>
    public void Restore(IReadOnlyDictionary<string, SafeTensor> tensors)
    {
        using IDisposable exact = no_grad();
        foreach ((string name, Tensor average) in _average)
        {
            using Tensor stored = Arrays.ToTensor(tensors[name].ToFloats(), average.device, average.shape);
            average.copy_(stored);
        }
    }

    /// <summary>Frees the averages.</summary>
    public void Dispose()
    {
        foreach (Tensor average in _average.Values) average.Dispose();
    }

    private SafeTensor Averaged(SafeTensor tensor) => _average.TryGetValue(tensor.Name, out Tensor? own)
        ? SafeTensor.FromFloats(tensor.Name, tensor.Shape, Arrays.ToFloats(own))
        : tensor;
}
