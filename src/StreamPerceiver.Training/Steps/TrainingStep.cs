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
    private readonly NonFiniteSearch _search = new(model, reader, options);

    /// <summary>Does the next step.</summary>
    /// <exception cref="NonFiniteException">The loss or a gradient is not finite.</exception>
    public StepResult Run()
    {
        long step = optimizer.Steps;
        double loss = 0, rate = options.Rate.At(step);
        var losses = new BatchLoss(model, reader, options);
        Gradients.Clear(model.Parameters.Values);
        for (int part = 0; part < options.Accumulate; part++)
            loss += AddGradients(losses, (step * options.Accumulate) + part) / options.Accumulate;
        double norm = Gradients.ClipNorm(model.Parameters.Values, options.ClipNorm);
        if (!double.IsFinite(norm))
        {
            throw _search.Find(
                step + 1, $"the norm of the gradients is {norm}, expected a finite number",
                [.. Enumerable.Range(0, options.Accumulate).SelectMany(part => BatchOf((step * options.Accumulate) + part))]);
        }

        optimizer.Step(rate);
        return new StepResult(step + 1, loss, losses.Answers == 0 ? null : (double)losses.Right / losses.Answers, rate, norm);
    }

    private Example[] BatchOf(long number) => [.. Enumerable.Range(0, options.Batch).Select(i => examples[_order.At((number * options.Batch) + i)])];

    private double AddGradients(BatchLoss losses, long number)
    {
        Example[] batch = BatchOf(number);
        using IDisposable scope = NewDisposeScope();
        try
        {
            Tensor total = losses.Compute(batch, number);
            double loss = total.item<float>();
            if (!double.IsFinite(loss)) throw _search.Find(optimizer.Steps + 1, $"the loss is {loss}, expected a finite number", batch);
            using Scalar share = Scalars.Create(1.0 / options.Accumulate);
            total.mul(share).backward();
            return loss;
        }
        catch (ModelInputException e)
        {
            throw _search.Find(optimizer.Steps + 1, e.Message, batch, e);
        }
    }
}
