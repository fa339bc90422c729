using StreamPerceiver.Formats;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>
/// Changes weights by their gradients. Both rules keep a mean m of gradients g and a mean v of their squares, and correct them for their start at zero:
/// u = m' / (sqrt(v') + epsilon) + decay w. AdamW subtracts rate u from a weight w. LAMB scales u to the norm of w first, where neither norm is zero.
/// </summary>
public sealed class Optimizer : IDisposable
{
    private const string MeanPrefix = "mean.", SquarePrefix = "square.", StepName = "step";

    private readonly IReadOnlyDictionary<string, Tensor> _parameters;
    private readonly OptimizerOptions _options;
    private readonly Dictionary<string, (Tensor Mean, Tensor Square)> _moments;

    /// <summary>Makes an optimizer of weights.</summary>
    /// <param name="parameters">The weights, which are changed in place.</param>
    /// <param name="options">The rule and its constants.</param>
    public Optimizer(IReadOnlyDictionary<string, Tensor> parameters, OptimizerOptions options)
    {
        (_parameters, _options) = (parameters, options);
        _moments = parameters.ToDictionary(
            p => p.Key, p => (zeros_like(p.Value).DetachFromDisposeScope(), zeros_like(p.Value).DetachFromDisposeScope()), StringComparer.Ordinal);
    }

    /// <summary>Steps so far.</summary>
    public long Steps { get; private set; }

    /// <summary>Changes every weight that has a gradient.</summary>
    /// <param name="rate">The learning rate.</param>
    public void Step(double rate)
    {
        Steps++;
        using IDisposable exact = no_grad();
        foreach ((string name, Tensor weight) in _parameters)
        {
            using IDisposable scope = NewDisposeScope();
            if (weight.grad is { } gradient) Change(weight, gradient, _moments[name], rate);
        }
    }

    /// <summary>Copies the moments and the number of steps.</summary>
    public IReadOnlyList<SafeTensor> ToTensors() =>
    [
        .. _moments.SelectMany(m => new[] { Stored(MeanPrefix + m.Key, m.Value.Mean), Stored(SquarePrefix + m.Key, m.Value.Square) }),
        new SafeTensor(StepName, SafeTensorType.I64, [], BitConverter.GetBytes(Steps)),
    ];

    /// <summary>Takes the moments and the number of steps of an optimizer of the same weights.</summary>
    /// <param name="file">The file that they are from, for messages.</param>
    /// <param name="tensors">What <see cref="ToTensors"/> has given.</param>
    /// <exception cref="CheckpointException">A tensor is missing or of another shape.</exception>
    public void Restore(string file, IReadOnlyDictionary<string, SafeTensor> tensors)
    {
        using IDisposable exact = no_grad();
        foreach ((string name, (Tensor mean, Tensor square)) in _moments)
        {
            Copy(MeanPrefix + name, mean);
            Copy(SquarePrefix + name, square);
        }

        Steps = BitConverter.ToInt64(Find(StepName).Bytes.Span);

        SafeTensor Find(string name) => tensors.TryGetValue(name, out SafeTensor? found)
            ? found
            : throw new CheckpointException(file, $"has no '{name}', expected the optimizer's state of this model");

        void Copy(string name, Tensor target)
        {
            SafeTensor found = Find(name);
            if (!found.Shape.SequenceEqual(target.shape))
                throw new CheckpointException(file, $"'{name}' is {ShapeText.Of(found.Shape)}, expected {ShapeText.Of(target.shape)}");
            using Tensor stored = Arrays.ToTensor(found.ToFloats(), target.device, target.shape);
            target.copy_(stored);
        }
    }

    /// <summary>Frees the means of gradients and squares.</summary>
    public void Dispose()
    {
        foreach ((Tensor mean, Tensor square) in _moments.Values)
        {
            mean.Dispose();
            square.Dispose();
        }
    }

    private static SafeTensor Stored(string name, Tensor tensor) => SafeTensor.FromFloats(name, tensor.shape, Arrays.ToFloats(tensor));

    private void Change(Tensor weight, Tensor gradient, (Tensor Mean, Tensor Square) moments, double rate)
    {
        using Scalar keep1 = Scalars.Create(_options.Beta1), add1 = Scalars.Create(1 - _options.Beta1);
        using Scalar keep2 = Scalars.Create(_options.Beta2), add2 = Scalars.Create(1 - _options.Beta2);
        using Scalar correct1 = Scalars.Create(1 / (1 - Math.Pow(_options.Beta1, Steps))), correct2 = Scalars.Create(1 / (1 - Math.Pow(_options.Beta2, Steps)));
        using Scalar epsilon = Scalars.Create(_options.Epsilon), decay = Scalars.Create(_options.WeightDecay);
        moments.Mean.mul_(keep1).add_(gradient, add1);
        moments.Square.mul_(keep2).addcmul_(gradient, gradient, add2);
        Tensor update = moments.Mean.mul(correct1).div_(moments.Square.mul(correct2).sqrt_().add_(epsilon, Scalars.One));
        if (weight.dim() > 1) update.add_(weight, decay);
        using Scalar step = Scalars.Create(-rate * (_options.Rule == OptimizerRule.Lamb ? Trust(weight, update) : 1));
        weight.add_(update, step);
    }

    // The factor that gives an update the norm of its weight.
    private static double Trust(Tensor weight, Tensor update)
    {
        double size = NormOf(weight), change = NormOf(update);
        return size > 0 && change > 0 ? size / change : 1;
    }

    private static double NormOf(Tensor x) => Math.Sqrt(x.mul(x).sum(ScalarType.Float64).item<double>());
}
