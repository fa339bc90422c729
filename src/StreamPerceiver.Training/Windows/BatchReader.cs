using StreamPerceiver.Model;
using static TorchSharp.torch;

namespace StreamPerceiver.Training;

/// <summary>Reads windows of a store as arrays of a batch, and scales series as the worker will.</summary>
/// <param name="store">The windows.</param>
/// <param name="config">The model's sizes, with the mean and deviation of series.</param>
/// <param name="scales">Whether series are still to be scaled: the windows were made without the model's preparation.</param>
/// <param name="without">Inputs that are masked in all windows (default: none).</param>
public sealed class BatchReader(WindowStore store, PerceiverConfig config, bool scales, params IReadOnlyCollection<string> without)
{
    /// <summary>The windows.</summary>
    public WindowStore Store => store;

    /// <summary>Makes a reader of the same windows that masks inputs.</summary>
    public BatchReader Without(IReadOnlyCollection<string> names) => new(store, config, scales, names);

    /// <summary>Reads a batch.</summary>
    /// <param name="rows">Rows of the store.</param>
    /// <param name="change">Changes each window before it is used: its place in the batch, the input, content (M, C) and mask (M) (default: nothing).</param>
    public IReadOnlyDictionary<string, ArrayInput> Read(IReadOnlyList<int> rows, WindowChange? change = null)
    {
        float[][] contents = [.. store.Inputs.Select(i => new float[rows.Count * i.Tokens * i.Channels])];
        byte[][] masks = [.. store.Inputs.Select(i => new byte[rows.Count * i.Tokens])];
        for (int b = 0; b < rows.Count; b++)
        {
            store.Read(rows[b], (input, content, mask) =>
            {
                Span<float> numbers = contents[input].AsSpan(b * content.Length, content.Length);
                Span<byte> kept = masks[input].AsSpan(b * mask.Length, mask.Length);
                content.CopyTo(numbers);
                mask.CopyTo(kept);
                if (scales) Scale(config.Inputs[store.Inputs[input].Name], numbers, mask);
                if (without.Contains(store.Inputs[input].Name)) kept.Clear();
                change?.Invoke(b, store.Inputs[input].Name, numbers, kept);
            });
        }

        return store.Inputs.Select((input, i) => (input.Name, Array: new ArrayInput(contents[i], masks[i])))
            .ToDictionary(i => i.Name, i => i.Array, StringComparer.Ordinal);
    }

    /// <summary>Reads an input of a window.</summary>
    /// <param name="row">Row of the store.</param>
    /// <param name="input">Number of the input.</param>
    /// <returns>Content (M, C) and mask (M).</returns>
    public (float[] Content, byte[] Mask) ReadInput(int row, int input)
    {
        (string name, int tokens, int channels) = store.Inputs[input];
        (float[] content, byte[] mask) = (new float[tokens * channels], new byte[tokens]);
        store.Read(row, (_, stored, kept) =>
        {
            stored.CopyTo(content);
            kept.CopyTo(mask);
        }, input);
        if (scales) Scale(config.Inputs[name], content, mask);
        return (content, mask);
    }

    /// <summary>Makes the tensors of a batch.</summary>
    /// <param name="arrays">What <see cref="Read"/> has given.</param>
    /// <param name="batch">Windows B.</param>
    public Dictionary<string, ModelInput> ToTensors(IReadOnlyDictionary<string, ArrayInput> arrays, int batch)
        => store.Inputs.ToDictionary(
            i => i.Name,
            i => new ModelInput(
                Arrays.ToTensor(arrays[i.Name].Content.Span, CPU, batch, i.Tokens, i.Channels),
                Arrays.ToTensor(arrays[i.Name].Mask.Span, CPU, batch, i.Tokens)),
            StringComparer.Ordinal);

    // As the sensor's tokeniser does: a masked step stays 0.
    private static void Scale(InputConfig input, Span<float> content, ReadOnlySpan<byte> mask)
    {
        if (input is not SeriesInput { Mean: { } mean, Deviation: { } deviation }) return;
        for (int i = 0; i < content.Length; i++)
            if (mask[i / mean.Count] != 0) content[i] = (content[i] - (float)mean[i % mean.Count]) / (float)deviation[i % mean.Count];
    }
}

/// <summary>Changes a window before it is used.</summary>
/// <param name="place">Its place in the batch.</param>
/// <param name="input">Name of the input.</param>
/// <param name="content">(M, C).</param>
/// <param name="mask">(M).</param>
public delegate void WindowChange(int place, string input, Span<float> content, Span<byte> mask);
