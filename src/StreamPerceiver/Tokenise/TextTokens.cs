using StreamPerceiver.Align;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Tokenise;

/// <summary>
/// A text as the ids of Perceiver IO's byte tokenizer (arXiv:2107.14795, section 4.1): [CLS], its UTF-8 bytes, [SEP]; what is behind them is [PAD] and masked.
/// A special token's name in a text is text.
/// </summary>
internal static class TextTokens
{
    /// <summary>Ids there are: six special tokens and 256 bytes.</summary>
    public const int Vocabulary = FirstByte + 256;

    private const int Cls = 4;
    private const int Sep = 5;
    private const int FirstByte = 6;

    public static (float[] Content, byte[] Mask) Of(TextSpec spec, AlignedText text)
    {
        var content = new float[spec.Length];
        var mask = new byte[spec.Length];
        if (text.Utf8 is not { } bytes) return (content, mask);
        content[0] = Cls;
        for (int i = 0; i < bytes.Length; i++) content[1 + i] = FirstByte + bytes[i];
        content[1 + bytes.Length] = Sep;
        mask.AsSpan(0, TextSpec.Frame + bytes.Length).Fill(1);
        return (content, mask);
    }
}
