using StreamPerceiver.Model;
using static TorchSharp.torch;

namespace StreamPerceiver.Training;

/// <summary>A linear layer on the features of windows: softmax, logistic or linear regression, by the loss. AdamW trains it.</summary>
internal sealed class LinearModel : IDisposable
{
    private const int Steps = 1000, Batch = 64;

    private readonly TokenFeatures _features;
    private readonly Tensor _weights, _biases;                              // (K, D), (K)

    /// <summary>Trains a linear layer from zeros.</summary>
    /// <param name="features">Reads the windows.</param>
    /// <param name="examples">The training set, of which each has a target.</param>
    /// <param name="output">The output.</param>
    /// <param name="kind">What is made small.</param>
    public LinearModel(TokenFeatures features, IReadOnlyList<Example> examples, string output, LossKind kind)
    {
        _features = features;
        int outputs = examples[0].Targets[output].Length;
        _weights = zeros(outputs, features.Count, requires_grad: true).DetachFromDisposeScope();
        _biases = zeros(outputs, requires_grad: true).DetachFromDisposeScope();
        using var optimizer = new Optimizer(
            new Dictionary<string, Tensor> { ["weights"] = _weights, ["biases"] = _biases }, new OptimizerOptions { WeightDecay = 0.01 });
        // A step of AdamW changes each of D weights by about the rate: so an answer changes by about 1.
        var rate = new LearningRate(1.0 / features.Count, Steps / 20, Steps, RateCourse.Cosine);
        var order = new ExampleOrder(examples.Count, seed: 1);
        for (int step = 0; step < Steps; step++)
        {
            Example[] batch = [.. Enumerable.Range(0, Math.Min(Batch, examples.Count)).Select(i => examples[order.At(((long)step * Batch) + i)])];
            using IDisposable scope = NewDisposeScope();
            float[] targets = [.. batch.SelectMany(e => e.Targets[output])];
            Gradients.Clear([_weights, _biases]);
            Loss.Of(new LossOptions(kind), Forward([.. batch.Select(e => e.Row)]), Arrays.ToTensor(targets, CPU, batch.Length, outputs)).backward();
            optimizer.Step(rate.At(step));
        }

        Gradients.Clear([_weights, _biases]);
    }

    /// <summary>Computes the numbers of the output for each window, (K).</summary>
    public IReadOnlyList<float[]> Answer(IEnumerable<int> rows)
    {
        using IDisposable exact = no_grad();
        List<float[]> answers = [];
        foreach (int[] batch in rows.Chunk(Batch))
        {
            using IDisposable scope = NewDisposeScope();
            float[] numbers = Arrays.ToFloats(Forward(batch));
            answers.AddRange(numbers.Chunk(numbers.Length / batch.Length));
        }

        return answers;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _weights.Dispose();
        _biases.Dispose();
    }

    private Tensor Forward(int[] rows)
        => Arrays.ToTensor(_features.Read(rows), CPU, rows.Length, _features.Count).mm(_weights.t()).add(_biases, Scalars.One);
}
