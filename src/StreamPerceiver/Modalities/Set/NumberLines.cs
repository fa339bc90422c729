using System.Globalization;
using System.Text;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Set;

/// <summary>Reads lines of numbers in text, one line an item. Empty lines are passed over.</summary>
/// <param name="text">The lines.</param>
internal ref struct NumberLines(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> _rest = text;
    private ReadOnlySpan<byte> _line;

    /// <summary>Goes to the next line that is not empty. Returns false at the end of the text.</summary>
    public bool Next()
    {
        do
        {
            int end = _rest.IndexOfAny((byte)'\n', (byte)'\r');
            _line = (end < 0 ? _rest : _rest[..end]).Trim(" \t"u8);
            _rest = end < 0 ? [] : _rest[(end + 1)..];
        }
        while (_line.IsEmpty && !_rest.IsEmpty);
        return !_line.IsEmpty;
    }

    /// <summary>Takes the next word of the line. Returns an empty one at the end of the line.</summary>
    public ReadOnlySpan<byte> TakeWord()
    {
        int end = _line.IndexOfAny((byte)' ', (byte)'\t');
        ReadOnlySpan<byte> word = end < 0 ? _line : _line[..end];
        _line = end < 0 ? [] : _line[end..].TrimStart(" \t"u8);
        return word;
    }

    /// <summary>Parses a word as a number, NaN and infinity included, under the names that C's libraries write.</summary>
    /// <exception cref="BadPayloadException">The word is no number.</exception>
    public static double Parse(ReadOnlySpan<byte> word, string channel, long item)
    {
        if (double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)) return value;
        ReadOnlySpan<byte> name = word.TrimStart("+-"u8);
        if (Ascii.EqualsIgnoreCase(name, "inf"u8)) return double.PositiveInfinity;
        if (name.Length >= 3 && Ascii.EqualsIgnoreCase(name[..3], "nan"u8) || name.StartsWith("1.#"u8)) return double.NaN;
        string shown = Encoding.Latin1.GetString(word[..Math.Min(word.Length, 32)]);
        throw new BadPayloadException(RejectionReason.Undecodable, $"point {item}, channel {channel} is '{shown}', expected a number");
    }
}
