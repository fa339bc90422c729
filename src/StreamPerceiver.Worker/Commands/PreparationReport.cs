using System.Globalization;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.Model;
using StreamPerceiver.Worker.Inference;

namespace StreamPerceiver.Worker.Commands;

/// <summary>How a model's inputs were prepared in training, and are prepared in the stream, in words.</summary>
internal static class PreparationReport
{
    private const int MostChannels = 8;

    /// <summary>Writes a line an input that is prepared in a way of its own, or what is wrong with the files that say so.</summary>
    public static IEnumerable<string> Lines(string directory, PerceiverConfig config)
    {
        try
        {
            return ModelPreparations.Read(directory, config).OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}: {Words(p.Value)}");
        }
        catch (StreamPerceiverException e)
        {
            return [e.Message];
        }
    }

    private static string Words(InputPreparation preparation) => preparation is ChannelScales scales
        ? $"(value - mean) / deviation, with the mean {Numbers(scales.Means)} and the deviation {Numbers(scales.Deviations)}"
        : $"as {preparation.Name} says";

    private static string Numbers(IReadOnlyList<float> numbers)
        => string.Join(", ", numbers.Take(MostChannels).Select(n => n.ToString("G5", CultureInfo.InvariantCulture)))
            + (numbers.Count > MostChannels ? $" and {numbers.Count - MostChannels} more" : "");
}
