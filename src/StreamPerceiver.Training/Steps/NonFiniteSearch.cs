using StreamPerceiver.Model;
using static TorchSharp.torch;

namespace StreamPerceiver.Training;

/// <summary>Finds the windows that make a loss or a gradient NaN or infinite: it computes each window of the step alone.</summary>
internal sealed class NonFiniteSearch(TrainableModel model, BatchReader reader, TrainingOptions options)
{
    private const int MostNamed = 5;

    /// <summary>Looks for the windows. The gradients are lost.</summary>
    /// <param name="step">The step's number, from 1.</param>
    /// <param name="problem">What is not finite.</param>
    /// <param name="examples">The examples of the step.</param>
    /// <param name="inner">What was thrown.</param>
    public NonFiniteException Find(long step, string problem, IReadOnlyList<Example> examples, Exception? inner = null)
    {
        Example[] own = [.. examples.DistinctBy(e => e.Row)];
        (StoredWindow Window, string Reason)[] found =
        [
            .. own.Select(e => (reader.Store.Windows[e.Row], ReasonOf(e))).Where(f => f.Item2 is not null).Select(f => (f.Item1, f.Item2!)),
        ];
        string windows = found.Length == 0 ? $"none of its {own.Length} windows makes it so alone"
            : found.Length == own.Length && found.All(f => f.Reason is Diverged.Loss or Diverged.Gradient)
                ? $"each of its {own.Length} windows makes it so alone, so the weights are no longer of use: expected a smaller rate"
            : $"{found.Length} of its {own.Length} windows make it so: "
                + string.Join("; ", found.Take(MostNamed).Select(f => $"{f.Window.Entity} from {f.Window.Start}: {f.Reason}"));
        StoredWindow[] named = [.. (found.Length == 0 ? own.Select(e => reader.Store.Windows[e.Row]) : found.Select(f => f.Window)).Take(MostNamed)];
        return new NonFiniteException($"step {step}: {problem}; {windows}", named, inner);
    }

    private string? ReasonOf(Example example)
    {
        foreach ((string name, ArrayInput input) in reader.Read([example.Row]))
            if (ReasonIn(name, input.Content.Span, input.Mask.Span) is { } reason) return reason;
        foreach ((string output, float[] target) in example.Targets)
            if (Array.FindIndex(target, x => !float.IsFinite(x)) is >= 0 and var at) return $"number {at} of the target of {output} is {target[at]}";
        using IDisposable scope = NewDisposeScope();
        try
        {
            Gradients.Clear(model.Parameters.Values);
            Tensor loss = new BatchLoss(model, reader, options).Compute([example], 0, isChanged: false);
            if (!float.IsFinite(loss.item<float>())) return Diverged.Loss;
            loss.backward();
            return double.IsFinite(Gradients.ClipNorm(model.Parameters.Values, double.PositiveInfinity)) ? null : Diverged.Gradient;
        }
        catch (TrainingException)
        {
            return null; // it has no target, so it has no part in the loss
        }
        finally
        {
            Gradients.Clear(model.Parameters.Values);
        }
    }

    private static string? ReasonIn(string name, ReadOnlySpan<float> content, ReadOnlySpan<byte> mask)
    {
        int channels = content.Length / mask.Length, count = 0, first = -1;
        for (int i = 0; i < content.Length; i++)
        {
            if (mask[i / channels] == 0 || float.IsFinite(content[i])) continue;
            if (count++ == 0) first = i;
        }

        return count == 0 ? null
            : $"input {name} has {count} numbers that are not finite, the first is {content[first]} in token {first / channels}, channel {first % channels}";
    }

    private static class Diverged
    {
        public const string Loss = "its loss alone is not finite", Gradient = "its gradient alone is not finite";
    }
}
