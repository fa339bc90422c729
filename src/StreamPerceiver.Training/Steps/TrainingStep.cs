using StreamPerceiver.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamPerceiver.Training;

/// <summary>What a step has computed.</summary>
/// <param name="Step">Its number, from 1.</param>
/// <param name="Loss">The loss of its examples, weighted over the outputs.</param>
/// <param name="Accuracy">The share of its targets of one right label whose likeliest label is right; null where there are none.</param>
/// <param name="Rate">The learning rate.</param>
/// <param name="Norm">The norm of the gradients before it was limited.</param>
public sealed record StepResult(long Step, double Loss, double? Accuracy, double Rate, double Norm);

/// <summary>Does the steps of a training. All that a step does follows from the options, the step's number, the weights and the optimizer's state.</summary>
internal sealed class TrainingStep(TrainableModel model, Optimizer optimizer, BatchReader reader, IReadOnlyList<Example> examples, TrainingOptions options)
{
    private readonly ExampleOrder _order = new(examples.Count, options.Seed);
    private long _right, _answers; // of a step

    /// <summary>Does the next step.</summary>
    /// <exception cref="TrainingException">The loss or a gradient is not finite.</exception>
    public StepResult Run()
    {
        long step = optimizer.Steps;
        double loss = 0, rate = options.Rate.At(step);
        (_right, _answers) = (0, 0);
        Gradients.Clear(model.Parameters.Values);
        for (int part = 0; part < options.Accumulate; part++)
        {
            long first = ((step * options.Accumulate) + part) * options.Batch;
            Example[] batch = [.. Enumerable.Range(0, options.Batch).Select(i => examples[_order.At(first + i)])];
            loss += AddGradients(batch, (step * options.Accumulate) + part) / options.Accumulate;
        }

        double norm = Gradients.ClipNorm(model.Parameters.Values, options.ClipNorm);
        if (!double.IsFinite(norm)) throw new TrainingException($"step {step}: the norm of the gradients is {norm}, expected a finite number");
        optimizer.Step(rate);
        return new StepResult(step + 1, loss, _answers == 0 ? null : (double)_right / _answers, rate, norm);
    }

    private double AddGradients(Example[] batch, long number)
    {
        var changes = new Augmentation(model.Config.Inputs, options.Augmentation, options.Seed, number, batch.Length);
        var targets = new BatchTargets(options, batch, number);
        IReadOnlyDictionary<string, ArrayInput> arrays = targets.Read(reader, changes.Change);
        IReadOnlyList<string> trained = targets.Outputs;
        if (trained.Count == 0) throw new TrainingException($"batch {number}: its {batch.Length} windows have no target, expected one at least");
        using IDisposable scope = NewDisposeScope();
        IReadOnlyDictionary<string, Tensor> outputs = model.Forward(reader.ToTensors(arrays, batch.Length), targets.Points, trained);
        Tensor? total = null;
        foreach (string name in trained)
        {
            Tensor own = LossOf(name, targets.Select(name, outputs[name]));
            total = total is null ? own : total.add(own, Scalars.One);
        }

        using Scalar share = Scalars.Create(1.0 / options.Accumulate);
        total!.mul(share).backward();
        double loss = total.item<float>();
        if (double.IsFinite(loss)) return loss;
        StoredWindow first = reader.Store.Windows[batch[0].Row];
        throw new TrainingException($"batch {number}: the loss is {loss}, expected a finite number; its first window is {first.Entity} from {first.Start}");
    }

    private Tensor LossOf(string name, (Tensor Rows, Tensor Targets) batch)
    {
        LossOptions loss = options.Losses[name];
        if (loss.Kind is LossKind.CrossEntropy or LossKind.Focal)
        {
            _right += batch.Rows.detach().argmax(1).eq(batch.Targets.argmax(1)).sum().item<long>();
            _answers += batch.Rows.size(0);
        }

        using Scalar weight = Scalars.Create(loss.Weight);
        return Loss.Of(loss, batch.Rows, batch.Targets).mul(weight);
    }
}
