using StreamPerceiver.Model;

namespace StreamPerceiver.Training;

/// <summary>Changes the windows of a batch at random. The changes follow from the seed, the step and the window's place in the batch.</summary>
internal sealed class Augmentation
{
    private readonly IReadOnlyDictionary<string, InputConfig> _inputs;
    private readonly AugmentationOptions _options;
    private readonly Random[] _random, _dropping; // of each window

    /// <summary>Prepares the changes of a batch.</summary>
    public Augmentation(IReadOnlyDictionary<string, InputConfig> inputs, AugmentationOptions options, int seed, long step, int batch)
    {
        (_inputs, _options) = (inputs, options);
        _random = [.. Enumerable.Range(0, batch).Select(place => Seeds.Make(seed, ~step, place))];
        _dropping = [.. Enumerable.Range(0, batch).Select(place => Seeds.Make(seed, ~step, ~place))];
    }

    /// <summary>Changes one input of a window.</summary>
    public void Change(int place, string input, Span<float> content, Span<byte> mask)
    {
        Random random = _random[place];
        switch (_inputs[input])
        {
            case ImageInput image when AugmentationOptions.IsPicture(image):
                Move(random, image, content, mask);
                Paint(random, image.Channels, content);
                break;
            case AudioInput audio:
                if (_options.GainDb > 0) Scale(content, Math.Pow(10, Between(random, _options.GainDb) / 20));
                Shift(random, audio.SamplesPerPatch, 1, content, mask);
                break;
            case SeriesInput series:
                Shift(random, 1, series.Channels, content, mask);
                break;
        }

        if (_options.Noise > 0 && AugmentationOptions.HasMean(_inputs[input])) AddNoise(random, content, mask);
    }

    /// <summary>Masks the inputs that are dropped from each window. One that has data always stays.</summary>
    /// <param name="arrays">By input, content (B, M, C) and mask (B, M).</param>
    public IReadOnlyDictionary<string, ArrayInput> Drop(IReadOnlyDictionary<string, ArrayInput> arrays)
    {
        if (_options.ModalityDropout == 0) return arrays;
        Dictionary<string, byte[]> masks = arrays.ToDictionary(a => a.Key, a => a.Value.Mask.ToArray(), StringComparer.Ordinal);
        for (int b = 0; b < _dropping.Length; b++)
        {
            int place = b;
            byte[][] there = [.. arrays.Keys.Select(name => masks[name]).Where(mask => Of(mask, place).Contains((byte)1))];
            byte[][] dropped = [.. there.Where(_ => _dropping[place].NextDouble() < _options.ModalityDropout)];
            int kept = there.Length > 0 && dropped.Length == there.Length ? _dropping[b].Next(there.Length) : -1;
            foreach ((int number, byte[] mask) in dropped.Index())
                if (number != kept) Of(mask, b).Clear();
        }

        return arrays.ToDictionary(a => a.Key, a => new ArrayInput(a.Value.Content, masks[a.Key]), StringComparer.Ordinal);
    }

    private Span<byte> Of(byte[] mask, int place) => mask.AsSpan(mask.Length / _dropping.Length * place, mask.Length / _dropping.Length);

    private void Move(Random random, ImageInput image, Span<float> content, Span<byte> mask)
    {
        var picture = new PictureChange(image);
        if (_options.Crop > 0)
        {
            double width = 1 - (random.NextDouble() * _options.Crop), height = 1 - (random.NextDouble() * _options.Crop);
            picture.Crop(content, mask, (random.NextDouble() * (1 - width), random.NextDouble() * (1 - height), width, height));
        }

        if (_options.Flip > 0 && random.NextDouble() < _options.Flip) picture.Flip(content, mask);
    }

    private void Paint(Random random, int channels, Span<float> content)
    {
        if (_options.Brightness > 0 || _options.Contrast > 0)
        {
            (float contrast, float brightness) = ((float)(1 + Between(random, _options.Contrast)), (float)Between(random, _options.Brightness));
            foreach (ref float pixel in content) pixel = (pixel * contrast) + brightness;
        }

        if (channels != 3) return;
        if (_options.Colour > 0)
        {
            float[] gains = [.. Enumerable.Range(0, channels).Select(_ => (float)(1 + Between(random, _options.Colour)))];
            for (int i = 0; i < content.Length; i++) content[i] *= gains[i % channels];
        }

        if (_options.Saturation > 0)
        {
            float gain = (float)(1 + Between(random, _options.Saturation));
            for (int i = 0; i < content.Length; i += channels)
            {
                float grey = (content[i] + content[i + 1] + content[i + 2]) / channels;
                for (int c = 0; c < channels; c++) content[i + c] = grey + ((content[i + c] - grey) * gain);
            }
        }
    }

    private void Shift(Random random, int perToken, int channels, Span<float> content, Span<byte> mask)
    {
        if (_options.TimeShift == 0) return;
        TimeShift.Move((int)Math.Round(Between(random, _options.TimeShift) * mask.Length * perToken), perToken, channels, content, mask);
    }

    private void AddNoise(Random random, Span<float> content, ReadOnlySpan<byte> mask)
    {
        int channels = content.Length / mask.Length, kept = 0;
        double squares = 0;
        for (int i = 0; i < content.Length; i++)
        {
            if (mask[i / channels] == 0) continue;
            squares += content[i] * (double)content[i];
            kept++;
        }

        if (kept == 0) return;
        double deviation = _options.Noise * Math.Sqrt(squares / kept);
        foreach (ref float number in content)
            number += (float)(deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())); // Box and Muller
    }

    private static void Scale(Span<float> content, double gain)
    {
        foreach (ref float sample in content) sample *= (float)gain;
    }

    private static double Between(Random random, double most) => ((random.NextDouble() * 2) - 1) * most;
}
