using StreamPerceiver.Model;
using static TorchSharp.torch;

namespace StreamPerceiver.Training;

/// <summary>Evaluates a model on examples, by the losses of a training.</summary>
public static class Evaluation
{
    /// <summary>Computes the loss and the accuracies.</summary>
    /// <param name="model">The model.</param>
    /// <param name="reader">Reads the windows.</param>
    /// <param name="examples">The examples.</param>
    /// <param name="options">The loss and the targets of each output.</param>
    public static Validation Of(PerceiverModel model, BatchReader reader, IReadOnlyList<Example> examples, TrainingOptions options)
    {
        double total = 0;
        Dictionary<string, double> accuracies = new(StringComparer.Ordinal);
        foreach ((string name, LossOptions stated) in options.Losses)
        {
            LossOptions loss = stated with { LabelSmoothing = 0 };
            Example[] there = [.. examples.Where(options.TargetsOf(name).Has)];
            if (there.Length == 0) continue;
            if (options.Targets.ContainsKey(name))
            {
                total += loss.Weight * OfOwnTargets(model, reader, there, options with { Losses = new Dictionary<string, LossOptions> { [name] = loss } });
                continue;
            }

            IReadOnlyList<float[]> answers = Answers.Of(model, reader, [.. there.Select(e => e.Row)], name);
            float[][] targets = [.. there.Select(e => e.Targets[name])];
            using IDisposable scope = NewDisposeScope();
            total += loss.Weight * Loss.Of(loss, Rows(answers), Rows(targets)).item<float>();
            if (loss.Kind is LossKind.CrossEntropy or LossKind.Focal)
                accuracies[name] = new ClassificationScore(answers, [.. targets.Select(t => Array.IndexOf(t, 1f))], targets[0].Length).Accuracy;
        }

        return new Validation(total, accuracies);
    }

    // The mean over all rows with a target. The same parts of inputs are hidden in each evaluation.
    private static double OfOwnTargets(PerceiverModel model, BatchReader reader, Example[] examples, TrainingOptions options)
    {
        (string name, LossOptions loss) = options.Losses.Single();
        double sum = 0;
        long count = 0;
        foreach ((int number, Example[] batch) in examples.Chunk(options.Batch).Index())
        {
            var targets = new BatchTargets(options, batch, -1 - number);
            IReadOnlyDictionary<string, ArrayInput> inputs = targets.Read(reader);
            int rows = targets.CountOf(name);
            if (rows == 0) continue;
            using IDisposable scope = NewDisposeScope();
            Tensor output = model.Forward(reader.ToTensors(inputs, batch.Length), targets.Points, [name])[name];
            (Tensor answers, Tensor truth) = targets.Select(name, output);
            sum += rows * (double)Loss.Of(loss, answers, truth).item<float>();
            count += rows;
        }

        return count == 0 ? 0 : sum / count;
    }

    private static Tensor Rows(IReadOnlyList<float[]> rows) => Arrays.ToTensor([.. rows.SelectMany(r => r)], CPU, rows.Count, rows[0].Length);
}
