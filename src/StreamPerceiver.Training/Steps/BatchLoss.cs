using StreamPerceiver.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamPerceiver.Training;

/// <summary>Computes the loss of a batch.</summary>
internal sealed class BatchLoss(TrainableModel model, BatchReader reader, TrainingOptions options)
{
    /// <summary>Answers of one right label so far.</summary>
    public long Answers { get; private set; }

    /// <summary>Those among them whose likeliest label is right.</summary>
    public long Right { get; private set; }

    /// <summary>Computes the loss, weighted over the outputs, with a graph for gradients. It is in the caller's dispose scope.</summary>
    /// <param name="batch">The examples.</param>
    /// <param name="number">The batch's number, from which its random changes follow.</param>
    /// <param name="isChanged">Whether there are such changes (default: yes).</param>
    /// <exception cref="TrainingException">The batch has no target.</exception>
    /// <exception cref="ModelInputException">A token has NaN or infinity.</exception>
    public Tensor Compute(IReadOnlyList<Example> batch, long number, bool isChanged = true)
    {
        var changes = new Augmentation(model.Config.Inputs, options.Augmentation, options.Seed, number, batch.Count);
        Mixup? mixup = isChanged && options.Augmentation.Mixup > 0 ? new Mixup(options.Augmentation.Mixup, options.Seed, number, batch) : null;
        var targets = new BatchTargets(options, mixup?.Examples ?? batch, number);
        IReadOnlyDictionary<string, ArrayInput> arrays = targets.Read(reader, isChanged ? changes.Change : null);
        if (mixup is not null) arrays = mixup.MixContent(arrays);
        if (isChanged) arrays = changes.Drop(arrays);
        IReadOnlyList<string> trained = targets.Outputs;
        if (trained.Count == 0) throw new TrainingException($"batch {number}: its {batch.Count} windows have no target, expected one at least");
        using IDisposable scope = NewDisposeScope();
        IReadOnlyDictionary<string, Tensor> outputs = model.Forward(reader.ToTensors(arrays, batch.Count), targets.Points, trained);
        Tensor? total = null;
        foreach (string name in trained)
        {
            Tensor own = OfOutput(name, targets.Select(name, outputs[name]));
            total = total is null ? own : total.add(own, Scalars.One);
        }

        return total!.MoveToOuterDisposeScope();
    }

    private Tensor OfOutput(string name, (Tensor Rows, Tensor Targets) batch)
    {
        LossOptions loss = options.Losses[name];
        if (loss.Kind is LossKind.CrossEntropy or LossKind.Focal)
        {
            Right += batch.Rows.detach().argmax(1).eq(batch.Targets.argmax(1)).sum().item<long>();
            Answers += batch.Rows.size(0);
        }

        using Scalar weight = Scalars.Create(loss.Weight);
        return Loss.Of(loss, batch.Rows, batch.Targets).mul(weight);
    }
}
