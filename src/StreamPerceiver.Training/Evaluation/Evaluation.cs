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
    /// <param name="losses">The loss of each output.</param>
    public static Validation Of(PerceiverModel model, BatchReader reader, IReadOnlyList<Example> examples, IReadOnlyDictionary<string, LossOptions> losses)
    {
        double loss = 0;
        Dictionary<string, double> accuracies = new(StringComparer.Ordinal);
        foreach ((string name, LossOptions options) in losses)
        {
            Example[] there = [.. examples.Where(e => e.Targets.ContainsKey(name))];
            if (there.Length == 0) continue;
            IReadOnlyList<float[]> answers = Answers.Of(model, reader, [.. there.Select(e => e.Row)], name);
            float[][] targets = [.. there.Select(e => e.Targets[name])];
            using IDisposable scope = NewDisposeScope();
            loss += options.Weight * Loss.Of(options with { LabelSmoothing = 0 }, Rows(answers), Rows(targets)).item<float>();
            if (options.Kind is LossKind.CrossEntropy or LossKind.Focal)
                accuracies[name] = OutputScorer.For(name, model.Config.Outputs[name]).Summarise(answers, targets);
        }

        return new Validation(loss, accuracies);
    }

    private static Tensor Rows(IReadOnlyList<float[]> rows) => Arrays.ToTensor([.. rows.SelectMany(r => r)], CPU, rows.Count, rows[0].Length);
}
