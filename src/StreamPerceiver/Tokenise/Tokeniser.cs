using StreamPerceiver.Align;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Tokenise;

/// <summary>Stage 4: aligned data to content tokens, in the channel order of Perceiver IO's preprocessors. Pure.</summary>
public sealed class Tokeniser(IReadOnlyList<InputSpec> inputs)
{
    private readonly TokenPool?[] _pools = [.. inputs.Select(i => i is VideoSpec v ? new TokenPool(v.Frames * v.Height * v.Width * 3) : null)];

    /// <summary>The tokens of a window.</summary>
    public Verdict<TokenisedWindow> Tokenise(AlignedWindow window)
    {
        var tokens = new InputTokens[inputs.Count];
        for (int i = 0; i < tokens.Length; i++)
        {
            (float[] content, byte[] mask) = (inputs[i], window.Inputs[i]) switch
            {
                (VideoSpec spec, AlignedVideo video) => VideoPatches.Of(spec, video, _pools[i]!),
                (AudioSpec spec, AlignedAudio audio) => AudioPatches.Of(spec, audio),
                (SensorSpec, AlignedSeries series) => (series.Values, Array.ConvertAll(series.Filled, f => f ? (byte)1 : (byte)0)),
                (SetSpec spec, AlignedSet set) => SetTokens.Of(spec, set),
                (TextSpec spec, AlignedText text) => TextTokens.Of(spec, text),
                _ => throw new StreamPerceiverException($"input {inputs[i].Name}: {window.Inputs[i].GetType().Name} does not fit {inputs[i].GetType().Name}"),
            };
            tokens[i] = new InputTokens(inputs[i].Name, content, mask) { Pool = _pools[i] };
        }

        return new TokenisedWindow(window.Header, tokens);
    }

    /// <summary>Tokens and channels of one input in every window: what the model's input must be.</summary>
    public static (int Tokens, int Channels) ShapeOf(InputSpec spec, long windowSizeNs) => spec switch
    {
        VideoSpec v => (v.Frames * (v.Height / v.Patch) * (v.Width / v.Patch), v.Patch * v.Patch * 3),
        AudioSpec a => ((int)((Int128)a.RateHz * windowSizeNs / EventTime.PerSecond) / a.SamplesPerPatch, a.SamplesPerPatch),
        SensorSpec s => ((int)((Int128)s.RateHz * windowSizeNs / EventTime.PerSecond), s.Channels.Count),
        SetSpec s => (s.Slots, s.Channels.Count),
        TextSpec t => (t.Length, 1),
        _ => throw new StreamPerceiverException($"input {spec.Name}: no tokens for {spec.GetType().Name}"),
    };
}
