using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Model;
using StreamPerceiver.Tokenise;

namespace StreamPerceiver.Training.Tests;

/// <summary>Builders of small models and windows.</summary>
internal static class Some
{
    public const string Entity = "machine", Output = "state", Series = "series";

    private const int Steps = 6, Channels = 2;

    public static EventTime Start { get; } = EventTime.FromUnixMilliseconds(1_700_000_000_000);

    /// <summary>A model of one series and one classification.</summary>
    public static PerceiverConfig Config() => new()
    {
        Architecture = PerceiverArchitecture.StreamPerceiver,
        NumLatents = 5,
        DLatents = 12,
        NumSelfAttendsPerBlock = 1,
        NumSelfAttentionHeads = 2,
        NumCrossAttentionHeads = 1,
        OutputNumChannels = 8,
        Inputs = new Dictionary<string, InputConfig> { [Series] = new SeriesInput { Steps = Steps, Channels = Channels, NumBands = 2 } },
        Outputs = new Dictionary<string, OutputConfig> { [Output] = new ClassificationOutput { Labels = ["low", "high"], Channels = 8 } },
    };

    public static WindowStore Store(string folder) => new(folder, [(Series, Steps, Channels)]);

    /// <summary>A window of noise around a level; its last step is masked.</summary>
    public static TokenisedWindow Window(int number, float level)
    {
        var random = new Random(number);
        float[] content = [.. Enumerable.Range(0, Steps * Channels).Select(_ => level + random.NextSingle())];
        byte[] mask = [1, 1, 1, 1, 1, 0];
        var header = new WindowHeader(
            0, Entity, At(number), At(number + 1), CloseReason.Watermark, [new InputPresence(Series, 1, 0)]);
        return new TokenisedWindow(header, [new InputTokens(Series, content, mask)]);
    }

    /// <summary>Adds windows of two levels by turns, and returns them with their targets.</summary>
    public static Example[] Examples(WindowStore store, int count)
    {
        for (int i = 0; i < count; i++) store.Add(Window(i, level: i % 2));
        return [.. Enumerable.Range(0, count).Select(i => new Example(i, new Dictionary<string, float[]> { [Output] = i % 2 == 0 ? [1, 0] : [0, 1] }))];
    }

    /// <summary>The time of a second.</summary>
    public static EventTime At(double second) => Start + (long)(second * EventTime.PerSecond);

    public static LabelInterval Label(double from, double to, string value, string entity = Entity) => new(entity, At(from), At(to), Output, value);

    public static StoredWindow Stored(double from, double to) => new(Entity, At(from), At(to), [true]);
}
