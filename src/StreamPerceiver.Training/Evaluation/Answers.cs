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
    {
        List<float[]> answers = [];
        foreach (int[] batch in rows.Chunk(Batch))
        {
            IReadOnlyDictionary<string, ArrayInput> inputs = reader.Read(batch, (_, input, _, mask) =>
            {
                if (without.Contains(input)) mask.Clear();
            });
            float[] numbers = model.Run(batch.Length, inputs, wanted: [output])[output];
            answers.AddRange(numbers.Chunk(numbers.Length / batch.Length));
        }

        return answers;
    }
}
