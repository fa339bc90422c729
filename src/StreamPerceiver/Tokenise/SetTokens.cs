using StreamPerceiver.Align;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Tokenise;

/// <summary>A set's elements are its tokens, from the first slot on; the slots behind them are masked.</summary>
internal static class SetTokens
{
    public static (float[] Content, byte[] Mask) Of(SetSpec spec, AlignedSet set)
    {
        var content = new float[spec.Slots * spec.Channels.Count];
        var mask = new byte[spec.Slots];
        set.Elements?.CopyTo(content, 0);
        mask.AsSpan(0, (set.Elements?.Length ?? 0) / spec.Channels.Count).Fill(1);
        return (content, mask);
    }
}
