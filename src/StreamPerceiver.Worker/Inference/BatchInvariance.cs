using System.Runtime.InteropServices;
using StreamPerceiver.Model;

namespace StreamPerceiver.Worker.Inference;

/// <summary>
/// Finds the batch sizes that do not change a window's result. Replays need equal bits, and some libraries sum in another order for another batch size.
/// So each size is tried on this machine, with this model, before the first window.
/// </summary>
/// <param name="shapes">Tokens and content channels by input name.</param>
/// <param name="vocabularies">The number of ids of each input that takes ids, by input name.</param>
/// <param name="run">The model: a batch of so many windows, content by input name, outputs by name.</param>
internal sealed class BatchInvariance(
    IReadOnlyDictionary<string, (int Tokens, int Channels)> shapes,
    IReadOnlyDictionary<string, int> vocabularies,
    Func<int, IReadOnlyDictionary<string, ArrayInput>, IReadOnlyDictionary<string, float[]>> run)
{
    /// <summary>Finds the largest batch, up to a limit, in which windows have the bits that they have alone. All smaller ones have, too. At least 1.</summary>
    public int LargestBatch(int limit)
    {
        Dictionary<string, float[]> windows = Content(limit);
        List<Dictionary<string, float[]>> alone = [];
        for (int b = 0; b < limit; b++) alone.Add(Rows(run(1, Slice(windows, b, 1)), 0, 1));
        for (int batch = 2; batch <= limit; batch++)
        {
            IReadOnlyDictionary<string, float[]> together = run(batch, Slice(windows, 0, batch));
            for (int b = 0; b < batch; b++)
                if (Rows(together, b, batch).Any(row => !SameBits(row.Value, alone[b][row.Key])))
                    return batch - 1;
        }

        return limit;
    }

    /// <summary>Makes content that is the same in every run.</summary>
    private Dictionary<string, float[]> Content(int windows)
    {
        var random = new Random(1);
        return shapes.ToDictionary(
            s => s.Key, s => Enumerable.Range(0, windows * s.Value.Tokens * s.Value.Channels).Select(_ => Number(s.Key)).ToArray(), StringComparer.Ordinal);

        float Number(string input)
            => vocabularies.TryGetValue(input, out int ids) ? MathF.Floor(random.NextSingle() * ids) : random.NextSingle();
    }

    private Dictionary<string, ArrayInput> Slice(Dictionary<string, float[]> windows, int first, int count)
        => windows.ToDictionary(
            w => w.Key,
            w =>
            {
                int size = shapes[w.Key].Tokens * shapes[w.Key].Channels;
                byte[] mask = new byte[count * shapes[w.Key].Tokens];
                Array.Fill(mask, (byte)1);                                  // as a pipeline calls the model
                return new ArrayInput(w.Value.AsMemory(first * size, count * size), mask);
            },
            StringComparer.Ordinal);

    private static Dictionary<string, float[]> Rows(IReadOnlyDictionary<string, float[]> outputs, int row, int batch)
        => outputs.ToDictionary(o => o.Key, o => o.Value.AsSpan(row * (o.Value.Length / batch), o.Value.Length / batch).ToArray(), StringComparer.Ordinal);

    private static bool SameBits(float[] a, float[] b) => MemoryMarshal.AsBytes<float>(a).SequenceEqual(MemoryMarshal.AsBytes<float>(b));
}
