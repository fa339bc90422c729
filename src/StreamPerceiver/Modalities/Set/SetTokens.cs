namespace StreamPerceiver.Modalities.Set;

/// <summary>Makes a token of each element of a set, from the first slot on. The remaining slots are masked.</summary>
internal sealed class SetTokens(SetSpec spec) : IInputTokeniser
{
    /// <inheritdoc/>
    public InputTokens Tokenise(AlignedInput input)
    {
        float[]? elements = ((AlignedSet)input).Elements;
        var content = new float[spec.Slots * spec.Channels.Count];
        var mask = new byte[spec.Slots];
        elements?.CopyTo(content, 0);
        mask.AsSpan(0, (elements?.Length ?? 0) / spec.Channels.Count).Fill(1);
        return new InputTokens(spec.Name, content, mask);
    }
}
