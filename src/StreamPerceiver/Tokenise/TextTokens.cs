using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Tokenise;

/// <summary>
/// A text as the ids of Perceiver IO's byte tokenizer (arXiv:2107.14795, section 4.1): [CLS], its UTF-8 bytes, [SEP]; what is behind them is [PAD] and masked.
/// A special token's name in a text is text.
/// </summary>
internal static class TextTokens
{
    public static (float[] Content, byte[] Mask) Of(TextSpec spec, AlignedText text)
    {
        var content = new float[spec.Length];
        var mask = new byte[spec.Length];
        if (text.Utf8 is not { } bytes) return (content, mask);
        content[0] = ByteTokenizer.Cls;
        for (int i = 0; i < bytes.Length; i++) content[1 + i] = ByteTokenizer.FirstByte + bytes[i];
        content[1 + bytes.Length] = ByteTokenizer.Sep;
        mask.AsSpan(0, TextSpec.Frame + bytes.Length).Fill(1);
        return (content, mask);
    }
}
