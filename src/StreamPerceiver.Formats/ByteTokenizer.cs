using System.Text;

namespace StreamPerceiver.Formats;

/// <summary>
/// The tokenizer of the language model: UTF-8 bytes and six special tokens (Perceiver IO, arXiv:2107.14795, section 4.1),
/// with the ids and the framing of Hugging Face's PerceiverTokenizer.
/// </summary>
public static class ByteTokenizer
{
    /// <summary>Id of [PAD].</summary>
    public const int Pad = 0;

    /// <summary>Id of [BOS], which the official model does not use.</summary>
    public const int Bos = 1;

    /// <summary>Id of [EOS], which the official model does not use.</summary>
    public const int Eos = 2;

    /// <summary>Id of [MASK].</summary>
    public const int Mask = 3;

    /// <summary>Id of [CLS], which starts a text.</summary>
    public const int Cls = 4;

    /// <summary>Id of [SEP], which ends a text.</summary>
    public const int Sep = 5;

    /// <summary>Byte b has id b + 6.</summary>
    public const int FirstByte = 6;

    /// <summary>Number of ids.</summary>
    public const int VocabularySize = FirstByte + 256;

    /// <summary>Most tokens of an encoded text, special tokens included.</summary>
    public const int MaxLength = 2048;

    private static readonly string[] Special = ["[PAD]", "[BOS]", "[EOS]", "[MASK]", "[CLS]", "[SEP]"];

    /// <summary>Encodes a text as [CLS] text [SEP], or two as [CLS] text [SEP] pair [SEP].</summary>
    /// <param name="text">The text. A special token's name in it, such as [MASK], becomes that token; half a surrogate pair becomes U+FFFD.</param>
    /// <param name="pair">The second text; null (default) for none.</param>
    /// <param name="maxLength">Most tokens, special tokens included.</param>
    /// <param name="pad">Whether to fill up to <paramref name="maxLength"/> with [PAD].</param>
    /// <param name="truncate">Whether to cut a longer text at its end, and of two the longer one first.</param>
    /// <exception cref="StreamPerceiverException">The tokens are too many, or the maximum is out of range.</exception>
    public static EncodedText Encode(string text, string? pair = null, int maxLength = MaxLength, bool pad = false, bool truncate = false) =>
        Frame(Tokens(text), pair is null ? null : Tokens(pair), maxLength, pad, truncate);

    /// <summary>Encodes a text with a part of it hidden: one [MASK] for every token of that part.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where the part starts, in characters (UTF-16). The model does best where it starts with its leading space.</param>
    /// <param name="length">Its length in characters.</param>
    /// <param name="pad">Whether to fill up to <see cref="MaxLength"/> with [PAD].</param>
    /// <exception cref="StreamPerceiverException">The part is not inside the text, cuts a surrogate pair, or the tokens are too many.</exception>
    public static EncodedText EncodeMasked(string text, int start, int length, bool pad = false)
    {
        if (start < 0 || length < 1 || start > text.Length - length)
            throw new StreamPerceiverException($"masked part [{start}, {start} + {length}): must be at least 1 character of the text's {text.Length}");
        foreach (int cut in new[] { start, start + length })
        {
            if (cut > 0 && cut < text.Length && char.IsSurrogatePair(text[cut - 1], text[cut]))
                throw new StreamPerceiverException($"masked part [{start}, {start} + {length}): cuts the surrogate pair at {cut - 1}");
        }

        int hidden = Tokens(text.Substring(start, length)).Count;
        List<int> tokens = [.. Tokens(text[..start]), .. Enumerable.Repeat(Mask, hidden), .. Tokens(text[(start + length)..])];
        return Frame(tokens, null, MaxLength, pad, truncate: false);
    }

    /// <summary>The text of token ids. Bytes that are no UTF-8 become U+FFFD.</summary>
    /// <param name="ids">Token ids.</param>
    /// <param name="skipSpecialTokens">Whether special tokens are left out (default: their names are written).</param>
    /// <exception cref="StreamPerceiverException">An id is out of range.</exception>
    public static string Decode(IEnumerable<int> ids, bool skipSpecialTokens = false)
    {
        List<byte> bytes = [];
        foreach (int id in ids)
        {
            if (id is < 0 or >= VocabularySize)
                throw new StreamPerceiverException($"token id {id}: must be 0 to {VocabularySize - 1}");
            if (id >= FirstByte)
                bytes.Add((byte)(id - FirstByte));
            else if (!skipSpecialTokens)
                bytes.AddRange(Encoding.UTF8.GetBytes(Special[id]));
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static List<int> Tokens(string text)
    {
        List<int> tokens = [];
        int done = 0;
        for (int at = text.IndexOf('['); at >= 0; at = text.IndexOf('[', at + 1))
        {
            int id = Array.FindIndex(Special, s => string.CompareOrdinal(text, at, s, 0, s.Length) == 0);
            if (id < 0)
                continue;
            AddBytes(text.AsSpan(done..at));
            tokens.Add(id);
            done = at + Special[id].Length;
        }

        AddBytes(text.AsSpan(done));
        return tokens;

        void AddBytes(ReadOnlySpan<char> part)
        {
            byte[] bytes = new byte[Encoding.UTF8.GetByteCount(part)];
            Encoding.UTF8.GetBytes(part, bytes);
            foreach (byte b in bytes)
                tokens.Add(FirstByte + b);
        }
    }

    private static EncodedText Frame(List<int> text, List<int>? pair, int maxLength, bool pad, bool truncate)
    {
        int special = pair is null ? 2 : 3;
        if (maxLength < special || maxLength > MaxLength)
            throw new StreamPerceiverException($"maximum length {maxLength}: must be {special} (special tokens) to {MaxLength}");
        int textLength = text.Count;
        int pairLength = pair?.Count ?? 0;
        int excess = textLength + pairLength + special - maxLength;
        if (excess > 0 && !truncate)
        {
            throw new StreamPerceiverException(
                $"{textLength + pairLength} tokens and {special} special ones are {maxLength + excess}: must be at most {maxLength}");
        }

        for (; excess > 0; excess--)
        {
            if (textLength > pairLength)
                textLength--;
            else
                pairLength--;
        }

        List<int> ids = [Cls, .. text.Take(textLength), Sep];
        if (pair is not null)
            ids.AddRange([.. pair.Take(pairLength), Sep]);
        int kept = ids.Count;
        if (pad)
            ids.AddRange(Enumerable.Repeat(Pad, maxLength - kept));
        return new EncodedText(ids, [.. ids.Select((_, i) => i < kept ? (byte)1 : (byte)0)]);
    }
}
