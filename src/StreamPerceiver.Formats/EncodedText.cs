namespace StreamPerceiver.Formats;

/// <summary>A text as the language model reads it.</summary>
/// <param name="Ids">Token ids, 0 to 261.</param>
/// <param name="AttentionMask">One a token: 1, or 0 for padding.</param>
public sealed record EncodedText(IReadOnlyList<int> Ids, byte[] AttentionMask)
{
    /// <summary>The places of the [MASK] tokens, in order: those that a masked language model is asked to fill.</summary>
    public IReadOnlyList<int> MaskedPlaces => [.. Enumerable.Range(0, Ids.Count).Where(i => Ids[i] == ByteTokenizer.Mask)];
}
