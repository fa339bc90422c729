namespace StreamPerceiver.Modalities.Category;

/// <summary>Makes a word one token: 1 in the channel of the word, and 0 in the others. Without a word the token is masked.</summary>
internal sealed class CategoryToken(CategorySpec spec) : IInputTokeniser
{
    /// <inheritdoc/>
    public InputTokens Tokenise(AlignedInput input)
    {
        var content = new float[spec.Words.Count];
        int? index = ((AlignedCategory)input).Word;
        if (index is { } at) content[at] = 1;
        return new InputTokens(spec.Name, content, [index is null ? (byte)0 : (byte)1]);
    }
}
