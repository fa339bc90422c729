using StreamPerceiver.Flow;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Modalities.Text;

/// <summary>
/// Makes the token ids of a text with Perceiver IO's byte tokenizer (arXiv:2107.14795, section 4.1): [CLS], the UTF-8 bytes, [SEP]. The remaining tokens
/// are [PAD] and masked. The name of a special token within a text is plain text, but for the mask of the input.
/// </summary>
internal sealed class TextTokens(TextSpec spec) : IInputTokeniser
{
    /// <inheritdoc/>
    public InputTokens Tokenise(AlignedInput input)
    {
        var content = new float[spec.Length];
        var mask = new byte[spec.Length];
        if (((AlignedText)input).Utf8 is { } bytes)
        {
            content[0] = ByteTokenizer.Cls;
            for (int i = 0; i < bytes.Length; i++)
                content[1 + i] = bytes[i] == InputPresence.MaskedByte ? ByteTokenizer.Mask : ByteTokenizer.FirstByte + bytes[i];
            content[1 + bytes.Length] = ByteTokenizer.Sep;
            mask.AsSpan(0, TextSpec.Frame + bytes.Length).Fill(1);
        }

        return new InputTokens(spec.Name, content, mask);
    }
}
