using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Audio;
using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.Modalities.Set;
using StreamPerceiver.Modalities.Text;
using StreamPerceiver.Modalities.Video;
using StreamPerceiver.Tokenise;

namespace StreamPerceiver.Tests.Tokenise;

/// <summary>Aligned windows through the tokeniser.</summary>
internal static class Windows
{
    public static readonly WindowHeader Header = new(3, "press-7", new EventTime(0), new EventTime(2 * EventTime.PerSecond), CloseReason.Watermark, []);

    public static VideoSpec Video(int width, int height, int frames, int patch) => new("camera", "cameras", true, width, height, frames, 0, patch);

    public static AudioSpec Audio(int rateHz, int samplesPerPatch) => new("microphone", "sounds", false, rateHz, samplesPerPatch);

    public static SensorSpec Sensor(int rateHz, int channels)
        => new("imu", "readings", false, [.. Enumerable.Range(0, channels).Select(c => $"c{c}")], rateHz, Interpolation.Linear, 0);

    public static SetSpec Set(int slots, int channels) => new("cloud", "clouds", false, [.. Enumerable.Range(0, channels).Select(c => $"c{c}")], slots);

    public static TextSpec Text(int length) => new("note", "notes", false, length);

    public static InputTokens Tokens(InputSpec spec, AlignedInput data)
        => new Tokeniser([spec]).Tokenise(new AlignedWindow(Header, [data])).Inputs.ShouldHaveSingleItem();

    /// <summary>Content of one token, as the byte values that it came from.</summary>
    public static int[] Pixels(this InputTokens tokens, int token)
        => [.. tokens.Content.Skip(token * tokens.Channels).Take(tokens.Channels).Select(v => (int)MathF.Round(v * 255))];
}
