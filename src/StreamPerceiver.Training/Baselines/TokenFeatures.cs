using StreamPerceiver.Model;

namespace StreamPerceiver.Training;

/// <summary>
/// The tokens of a window as one row of numbers (D), for simple models: content x mask of all inputs, and of a text how often each id is there. Each number is
/// standardised by its mean and deviation in the training set. A number that does not vary there becomes 0.
/// </summary>
internal sealed class TokenFeatures
{
    private const int Batch = 64;

    private readonly BatchReader _reader;
    private readonly PerceiverConfig _config;
    private readonly double[] _means, _factors;

    /// <summary>Learns means and deviations.</summary>
    /// <param name="reader">Reads the windows.</param>
    /// <param name="config">The model's sizes.</param>
    /// <param name="rows">The rows of the training set.</param>
    public TokenFeatures(BatchReader reader, PerceiverConfig config, IReadOnlyList<int> rows)
    {
        (_reader, _config) = (reader, config);
        Count = CountOf(reader.Store, config);
        double[] sums = new double[Count], squares = new double[Count];
        foreach (int[] batch in rows.Chunk(Batch))
        {
            float[] numbers = ReadRaw(batch);
            for (int i = 0; i < numbers.Length; i++)
            {
                sums[i % Count] += numbers[i];
                squares[i % Count] += (double)numbers[i] * numbers[i];
            }
        }

        _means = [.. sums.Select(s => s / rows.Count)];
        _factors = [.. squares.Select((s, d) => (s / rows.Count) - (_means[d] * _means[d])).Select(v => v > 1e-12 ? 1 / Math.Sqrt(v) : 0)];
    }

    /// <summary>Numbers of a window, D.</summary>
    public int Count { get; }

    /// <summary>Counts the numbers of a window.</summary>
    public static int CountOf(WindowStore store, PerceiverConfig config)
        => store.Inputs.Sum(i => config.Inputs[i.Name] is TextInput text ? text.Vocabulary : i.Tokens * i.Channels);

    /// <summary>Reads windows as rows, (B, D).</summary>
    public float[] Read(IReadOnlyList<int> rows)
    {
        float[] numbers = ReadRaw(rows);
        for (int i = 0; i < numbers.Length; i++) numbers[i] = (float)((numbers[i] - _means[i % Count]) * _factors[i % Count]);
        return numbers;
    }

    private float[] ReadRaw(IReadOnlyList<int> rows)
    {
        var numbers = new float[rows.Count * Count];
        IReadOnlyDictionary<string, ArrayInput> arrays = _reader.Read(rows);
        for (int b = 0; b < rows.Count; b++)
        {
            Span<float> row = numbers.AsSpan(b * Count, Count);
            foreach ((string name, int tokens, int channels) in _reader.Store.Inputs)
            {
                ReadOnlySpan<float> content = arrays[name].Content.Span.Slice(b * tokens * channels, tokens * channels);
                ReadOnlySpan<byte> mask = arrays[name].Mask.Span.Slice(b * tokens, tokens);
                row = row[(_config.Inputs[name] is TextInput text ? CountIds(content, mask, row[..text.Vocabulary]) : Copy(content, mask, channels, row))..];
            }
        }

        return numbers;
    }

    private static int CountIds(ReadOnlySpan<float> ids, ReadOnlySpan<byte> mask, Span<float> counts)
    {
        for (int i = 0; i < ids.Length; i++) counts[(int)ids[i]] += mask[i];
        return counts.Length;
    }

    private static int Copy(ReadOnlySpan<float> content, ReadOnlySpan<byte> mask, int channels, Span<float> row)
    {
        for (int i = 0; i < content.Length; i++) row[i] = content[i] * mask[i / channels];
        return content.Length;
    }
}
