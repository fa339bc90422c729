using StreamPerceiver.Model;

namespace StreamPerceiver.Training;

/// <summary>Changes the windows of a batch at random. The changes follow from the seed, the step and the window's place in the batch.</summary>
internal sealed class Augmentation
{
    private readonly IReadOnlyDictionary<string, InputConfig> _inputs;
    private readonly AugmentationOptions _options;
    private readonly Random[] _random;
    private readonly HashSet<string>[] _dropped;

    /// <summary>Prepares the changes of a batch.</summary>
    public Augmentation(IReadOnlyDictionary<string, InputConfig> inputs, AugmentationOptions options, int seed, long step, int batch)
    {
        (_inputs, _options) = (inputs, options);
        _random = [.. Enumerable.Range(0, batch).Select(place => Seeds.Make(seed, ~step, place))];
        _dropped = [.. _random.Select(Dropped)];
    }

    /// <summary>Changes one input of a window.</summary>
    public void Change(int place, string input, Span<float> content, Span<byte> mask)
    {
        Random random = _random[place];
        switch (_inputs[input])
        {
            case AudioInput when _options.GainDb > 0:
                float gain = (float)Math.Pow(10, Between(random, _options.GainDb) / 20);
                foreach (ref float sample in content) sample *= gain;
                break;
            case ImageInput when _options.Brightness > 0 || _options.Contrast > 0:
                (float contrast, float brightness) = ((float)(1 + Between(random, _options.Contrast)), (float)Between(random, _options.Brightness));
                foreach (ref float pixel in content) pixel = (pixel * contrast) + brightness;
                break;
        }

        if (_dropped[place].Contains(input)) mask.Clear();
    }

    private static double Between(Random random, double most) => ((random.NextDouble() * 2) - 1) * most;

    private HashSet<string> Dropped(Random random)
    {
        if (_options.ModalityDropout == 0) return [];
        string[] names = [.. _inputs.Keys];
        HashSet<string> dropped = [.. names.Where(_ => random.NextDouble() < _options.ModalityDropout)];
        if (dropped.Count == names.Length) dropped.Remove(names[random.Next(names.Length)]);
        return dropped;
    }
}
