using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities;

/// <summary>
/// Reads the tokens of a payload that names its own fields: JSON, CBOR or MessagePack. Problems are thrown as <see cref="BadPayloadException"/>.
/// </summary>
internal interface ITokens
{
    /// <summary>The name of the format, for messages.</summary>
    string Format { get; }

    /// <summary>The kind of the current token.</summary>
    TokenKind Kind { get; }

    /// <summary>The bytes of the current name or text, with its escapes.</summary>
    int TextBytes { get; }

    /// <summary>Reads the next token. Returns false at the end of the payload.</summary>
    bool Read();

    /// <summary>Reads to the end of the current value.</summary>
    void Skip();

    /// <summary>Returns whether the current name is this text in UTF-8, without an escape in it.</summary>
    bool IsPlainText(ReadOnlySpan<byte> utf8);

    /// <summary>Copies the current name or text, without its escapes. Returns its length in characters.</summary>
    int CopyText(scoped Span<char> target);

    /// <summary>Reads the current token as a number. Returns what is wrong with it, or null.</summary>
    /// <param name="fromTexts">Whether a text may be a number.</param>
    /// <param name="number">The number; infinite where it is too large.</param>
    string? ReadNumber(bool fromTexts, out double number);

    /// <summary>Reads the current number without rounding; of a time, the seconds since 1970. Returns null where a decimal cannot hold it.</summary>
    decimal? ReadDecimal();
}

/// <summary>The kinds of tokens. The first twelve have the names and values of those of .NET's JSON reader.</summary>
internal enum TokenKind
{
    None = 0,
    StartObject = 1,
    EndObject = 2,
    StartArray = 3,
    EndArray = 4,
    PropertyName = 5,
    Comment = 6,
    String = 7,
    Number = 8,
    True = 9,
    False = 10,
    Null = 11,
    Bytes = 12,
    Time = 13,
    Other = 14,
}
