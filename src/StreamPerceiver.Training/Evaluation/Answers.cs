using StreamPerceiver.Model;

namespace StreamPerceiver.Training;

/// <summary>Computes what a model answers to windows of a store, as the worker would.</summary>
public static class Answers
{
    private const int Batch = 16;

    /// <summary>Computes the numbers of an output for each window, (K).</summary>
    /// <param name="model">The model.</param>
    /// <param name="reader">Reads the windows.</param>
    /// <param name="rows">Their rows.</param>
    /// <param name="output">The output.</param>
    /// <param name="without">Inputs that are masked (default: none).</param>
    public static IReadOnlyList<float[]> Of(
        PerceiverModel model, BatchReader reader, IReadOnlyList<int> rows, string output, params IReadOnlyCollection<string> without)
        => [.. OfEach(model, reader, rows, [output], without).Select(a => a[output])];

    /// <summary>Computes the numbers of several outputs for one window after another, by the output's name. A batch of them is held.</summary>
    /// <param name="model">The model.</param>
    /// <param name="reader">Reads the windows.</param>
    /// <param name="rows">Their rows.</param>
    /// <param name="outputs">The outputs.</param>
    /// <param name="without">Inputs that are masked (default: none).</param>
    public static IEnumerable<IReadOnlyDictionary<string, float[]>> OfEach(
        PerceiverModel model, BatchReader reader, IEnumerable<int> rows, IReadOnlyCollection<string> outputs, params IReadOnlyCollection<string> without)
    {
        foreach (int[] batch in rows.Chunk(Batch))
        {
            IReadOnlyDictionary<string, ArrayInput> inputs = reader.Read(batch, (_, input, _, mask) =>
            {
                if (without.Contains(input)) mask.Clear();
            });
            IReadOnlyDictionary<string, float[]> numbers = model.Run(batch.Length, inputs, wanted: outputs);
            for (int b = 0; b < batch.Length; b++)
            {
                yield return outputs.ToDictionary(
                    o => o, o => numbers[o][(b * numbers[o].Length / batch.Length)..((b + 1) * numbers[o].Length / batch.Length)], StringComparer.Ordinal);
            }
        }
    }
}
