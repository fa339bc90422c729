using StreamPerceiver.Model;

namespace StreamPerceiver.Training;

/// <summary>Finds the mean and the deviation of each channel of the series of a training set, in double precision.</summary>
public static class SeriesScales
{
    /// <summary>Returns the configuration without the mean and deviation of any series.</summary>
    public static PerceiverConfig Remove(PerceiverConfig config) => config with
    {
        Inputs = config.Inputs.ToDictionary(
            i => i.Key, i => i.Value is SeriesInput series ? series with { Mean = null, Deviation = null } : i.Value, StringComparer.Ordinal),
    };

    /// <summary>Returns the configuration with the mean and deviation of each series that has none. Masked steps do not count.</summary>
    /// <param name="config">The model's sizes.</param>
    /// <param name="store">The windows, not scaled.</param>
    /// <param name="rows">The rows of the training set.</param>
    /// <exception cref="TrainingException">A channel has no value, or one value alone.</exception>
    public static PerceiverConfig Learn(PerceiverConfig config, WindowStore store, IReadOnlyList<int> rows)
    {
        Dictionary<int, (double[] Sums, double[] Squares, long[] Counts)> found = store.Inputs.Index()
            .Where(i => config.Inputs[i.Item.Name] is SeriesInput { Mean: null })
            .ToDictionary(i => i.Index, i => (new double[i.Item.Channels], new double[i.Item.Channels], new long[i.Item.Channels]));
        foreach (int row in rows)
        {
            store.Read(row, (input, content, mask) =>
            {
                if (!found.TryGetValue(input, out (double[] Sums, double[] Squares, long[] Counts) sums)) return;
                int channels = sums.Sums.Length;
                for (int i = 0; i < content.Length; i++)
                {
                    if (mask[i / channels] == 0) continue;
                    sums.Sums[i % channels] += content[i];
                    sums.Squares[i % channels] += (double)content[i] * content[i];
                    sums.Counts[i % channels]++;
                }
            });
        }

        var inputs = new Dictionary<string, InputConfig>(config.Inputs, StringComparer.Ordinal);
        foreach ((int input, (double[] sums, double[] squares, long[] counts)) in found)
        {
            string name = store.Inputs[input].Name;
            double[] means = [.. sums.Zip(counts, (sum, count) => sum / count)];
            double[] deviations = [.. squares.Select((square, c) => Math.Sqrt(Math.Max(0, (square / counts[c]) - (means[c] * means[c]))))];
            int flat = Array.FindIndex(deviations, d => !(d > 0));
            if (flat >= 0)
            {
                throw new TrainingException(
                    $"input {name}: channel {flat} has {counts[flat]} values of the mean {means[flat]} and no deviation, expected values that differ");
            }

            inputs[name] = (SeriesInput)inputs[name] with { Mean = means, Deviation = deviations };
        }

        return config with { Inputs = inputs };
    }
}
