using System.Globalization;
using System.Text;

namespace StreamPerceiver.Modalities;

/// <summary>Reads the tokens of a payload in a binary format: one value, with nothing behind it.</summary>
/// <typeparam name="TFormat">The format.</typeparam>
internal ref struct BinaryTokens<TFormat> : ITokens where TFormat : IBinaryFormat
{
    private BinaryCursor _cursor;
    private TokenNesting _nesting;
    private BinaryItem _item;
    private bool _isStarted;

    /// <summary>Begins before the first token.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="mostValues">Most values: numbers, texts, literals, arrays and objects.</param>
    public BinaryTokens(ReadOnlySpan<byte> payload, long mostValues)
    {
        _cursor = new BinaryCursor(TFormat.Name, payload);
        _nesting = new TokenNesting(TFormat.Name, mostValues);
    }

    /// <inheritdoc/>
    public readonly string Format => TFormat.Name;

    /// <inheritdoc/>
    public TokenKind Kind { get; private set; }

    /// <inheritdoc/>
    public readonly int TextBytes => _item.Text.Length;

    /// <inheritdoc/>
    public bool Read()
    {
        if (_nesting.IsAtEnd) return Close();
        if (_nesting.Depth == 0 && _isStarted) return _cursor.IsAtEnd ? false : throw _cursor.Bad("more data follows");
        _isStarted = true;
        bool isName = _nesting.IsNameNext;
        _item = TFormat.Read(ref _cursor);
        if (_item.Kind == TokenKind.EndArray)
            return _nesting.HasUnknownCount && (isName || !_nesting.IsInObject) ? Close() : throw _cursor.Bad("an end of an array or object");
        _nesting.CountItem(isName);
        Kind = _item.Kind;
        if (isName) ReadName();
        else if (Kind is TokenKind.StartArray or TokenKind.StartObject) _nesting.Open(Kind == TokenKind.StartObject, _item.Items);
        return true;
    }

    /// <inheritdoc/>
    public void Skip()
    {
        if (Kind is not (TokenKind.StartObject or TokenKind.StartArray)) return;
        int depth = _nesting.Depth;
        while (_nesting.Depth >= depth) Read();
    }

    /// <inheritdoc/>
    public readonly bool IsPlainText(ReadOnlySpan<byte> utf8) => _item.Text.SequenceEqual(utf8);

    /// <inheritdoc/>
    public readonly int CopyText(scoped Span<char> target) => _cursor.CopyText(_item.Text, target);

    /// <inheritdoc/>
    public readonly string? ReadNumber(bool fromTexts, out double number)
    {
        number = _item.Number;
        return Kind switch
        {
            TokenKind.Number => null,
            TokenKind.String => ReadText(fromTexts, out number),
            _ => $"is a {Format} {Kind}",
        };
    }

    /// <inheritdoc/>
    public readonly decimal? ReadDecimal() => _item.Exact;

    private bool Close()
    {
        Kind = _nesting.IsInObject ? TokenKind.EndObject : TokenKind.EndArray;
        _nesting.Close();
        return true;
    }

    // A whole number is a name by its digits.
    private void ReadName()
    {
        if (Kind == TokenKind.Number && _item.Exact is { } number && number == decimal.Truncate(number))
            _item = new BinaryItem { Text = Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)) };
        else if (Kind != TokenKind.String)
            throw _cursor.Bad($"a name is a {Kind}, expected a text,");
        Kind = TokenKind.PropertyName;
    }

    private readonly string? ReadText(bool fromTexts, out double number)
    {
        number = 0;
        if (TextBytes > TextNumber.MostBytes) return TextNumber.TooLong(Format, TextBytes);
        Span<char> text = stackalloc char[TextNumber.MostBytes];
        return TextNumber.Read(Format, text[..CopyText(text)], fromTexts, out number);
    }
}
