using System.Text;
using System.Text.Json;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities;

/// <summary>
/// Reads the tokens of a JSON payload in UTF-8, with limits on its depth and on its number of values. Every problem of the payload is thrown as
/// <see cref="BadPayloadException"/>.
/// </summary>
internal ref struct JsonTokens : ITokens
{
    /// <summary>Most arrays and objects within one another.</summary>
    public const int MostDepth = 64;

    private readonly ReadOnlySpan<byte> _payload;
    private readonly long _mostValues;
    private Utf8JsonReader _reader;
    private long _values;

    /// <summary>Begins before the first token. A byte order mark is skipped.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="mostValues">Most values: numbers, texts, literals, arrays and objects.</param>
    public JsonTokens(ReadOnlySpan<byte> payload, long mostValues)
    {
        _payload = Utf8Text.WithoutMark(payload);
        _mostValues = mostValues;
        _reader = new Utf8JsonReader(_payload, new JsonReaderOptions { MaxDepth = MostDepth + 1 }); // one more, so that the message is ours
    }

    /// <summary>The kind of the current token.</summary>
    public readonly JsonTokenType Type => _reader.TokenType;

    /// <inheritdoc/>
    public readonly string Format => "JSON";

    /// <inheritdoc/>
    public readonly TokenKind Kind => (TokenKind)_reader.TokenType;

    /// <summary>The bytes of the current name or text, with its escapes.</summary>
    public readonly int TextBytes => _reader.ValueSpan.Length;

    /// <summary>The text of the current number, as it is written.</summary>
    public readonly string NumberText => Encoding.UTF8.GetString(_reader.ValueSpan);

    /// <summary>Reads the next token. Returns false at the end of the payload.</summary>
    public bool Read()
    {
        bool isThere;
        try
        {
            isThere = _reader.Read();
        }
        catch (JsonException e)
        {
            throw NotJson(e);
        }

        if (!isThere || Type is JsonTokenType.PropertyName or JsonTokenType.EndObject or JsonTokenType.EndArray) return isThere;
        if (Type is JsonTokenType.StartObject or JsonTokenType.StartArray && _reader.CurrentDepth == MostDepth)
            throw new BadPayloadException(RejectionReason.TooLarge, $"the JSON has {MostDepth + 1} levels, expected at most {MostDepth}");
        if (++_values > _mostValues)
            throw new BadPayloadException(RejectionReason.TooLarge, $"the JSON has {_values} values or more, expected at most {_mostValues}");
        return true;
    }

    /// <summary>Reads to the end of the current value.</summary>
    public void Skip()
    {
        if (Type is not (JsonTokenType.StartObject or JsonTokenType.StartArray)) return;
        int depth = _reader.CurrentDepth;
        while (Read() && _reader.CurrentDepth > depth) { }
    }

    /// <summary>Returns whether the current name is this text in UTF-8, without an escape in it.</summary>
    public readonly bool IsPlainText(ReadOnlySpan<byte> utf8) => !_reader.ValueIsEscaped && _reader.ValueSpan.SequenceEqual(utf8);

    /// <summary>Copies the current name or text, without its escapes. Returns its length.</summary>
    public readonly int CopyText(scoped Span<char> target)
    {
        try
        {
            return _reader.CopyString(target);
        }
        catch (InvalidOperationException e)
        {
            throw new BadPayloadException(RejectionReason.Undecodable, "not JSON: a name or text in it is not Unicode", e);
        }
    }

    /// <summary>Reads the current token as a number. Returns what is wrong with it, or null.</summary>
    /// <param name="fromTexts">Whether a text may be a number.</param>
    /// <param name="number">The number; infinite where it is too large.</param>
    public string? ReadNumber(bool fromTexts, out double number)
    {
        number = 0;
        return Type switch
        {
            JsonTokenType.Number => _reader.TryGetDouble(out number) ? null : "is no number",
            JsonTokenType.String => ReadText(fromTexts, out number),
            _ => $"is a JSON {Type}",
        };
    }

    /// <inheritdoc/>
    public readonly decimal? ReadDecimal() => _reader.TryGetDecimal(out decimal value) ? value : null;

    private readonly string? ReadText(bool fromTexts, out double number)
    {
        number = 0;
        if (TextBytes > TextNumber.MostBytes) return TextNumber.TooLong("JSON", TextBytes);
        Span<char> text = stackalloc char[TextNumber.MostBytes];
        return TextNumber.Read("JSON", text[..CopyText(text)], fromTexts, out number);
    }

    private readonly BadPayloadException NotJson(JsonException e)
    {
        string why = Utf8Text.OtherEncoding(_payload) is { } encoding ? $"it is {encoding}, expected UTF-8"
            : NonFinite(e) is { } name ? $"{name} in line {e.LineNumber + 1}, expected a finite number"
            : e.Message;
        return new BadPayloadException(RejectionReason.Undecodable, $"not JSON: {why}", e);
    }

    // Several libraries write these, such as Python's.
    private readonly string? NonFinite(JsonException e)
    {
        ReadOnlySpan<byte> line = _payload;
        for (long i = e.LineNumber ?? 0; i > 0; i--) line = line[(line.IndexOf((byte)'\n') + 1)..];
        int at = (int)Math.Min(e.BytePositionInLine ?? 0, line.Length);
        if (at > 0 && line[at - 1] is (byte)'n') at--; // "nan" is taken for "null" at first
        string sign = at > 0 && line[at - 1] == '-' ? "-" : "";
        ReadOnlySpan<byte> rest = line[at..];
        return rest.Length < 3 ? null
            : Ascii.EqualsIgnoreCase(rest[..3], "nan"u8) ? $"{sign}NaN"
            : Ascii.EqualsIgnoreCase(rest[..3], "inf"u8) ? $"{sign}Infinity"
            : null;
    }
}
