using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Sensor;

/// <summary>
/// Reads rows of CSV (RFC 4180). A cell may stand in double quotes, with two for one within it. Lines end with LF or CR LF. Empty lines are passed over.
/// </summary>
/// <param name="text">The payload, in UTF-8.</param>
/// <param name="separator">The character between cells.</param>
internal ref struct CsvRows(ReadOnlySpan<byte> text, char separator)
{
    private const byte Quote = (byte)'"';

    private readonly ReadOnlySpan<byte> _text = Utf8Text.WithoutMark(text);
    private readonly byte _separator = (byte)separator;
    private int _at;
    private bool _isInRow;

    /// <summary>The number of the current row's first line, from 1.</summary>
    public int Line { get; private set; }

    private int _lines = 1;

    /// <summary>Moves on to the next row. Returns false at the end.</summary>
    public bool ReadRow()
    {
        while (_isInRow) ReadCell(out _);
        while (_at < _text.Length && _text[_at] is (byte)'\r' or (byte)'\n')
            if (_text[_at++] == '\n')
                _lines++;
        Line = _lines;
        return _isInRow = _at < _text.Length;
    }

    /// <summary>Reads the next cell of the row, without spaces around it. Returns false behind the last one.</summary>
    /// <exception cref="BadPayloadException">A quote has no end, or something stands behind it.</exception>
    public bool ReadCell(out ReadOnlySpan<byte> cell)
    {
        cell = [];
        if (!_isInRow) return false;
        while (_separator != ' ' && _at < _text.Length && _text[_at] == ' ') _at++;
        ReadOnlySpan<byte> rest = _text[_at..];
        if (rest is [Quote, ..]) cell = ReadQuoted();
        else
        {
            int end = rest.IndexOfAny(_separator, (byte)'\n');
            if (end < 0) end = rest.Length;
            cell = rest[..end].Trim(" \r"u8);
            _at += end;
        }

        if (_at < _text.Length && _text[_at] == '\r') _at++;
        _isInRow = _at < _text.Length && _text[_at] == _separator;
        if (!_isInRow && _at < _text.Length && _text[_at] != '\n')
            throw new BadPayloadException(
                RejectionReason.Undecodable, $"not CSV: something follows a quote, expected '{(char)_separator}' or the end of the line");
        if (_isInRow) _at++;
        return true;
    }

    private ReadOnlySpan<byte> ReadQuoted()
    {
        int from = ++_at;
        bool isDoubled = false;
        while (true)
        {
            int end = _text[_at..].IndexOf(Quote);
            if (end < 0) throw new BadPayloadException(RejectionReason.Undecodable, "not CSV: a quote has no end");
            _lines += _text.Slice(_at, end).Count((byte)'\n');
            _at += end + 1;
            if (_at == _text.Length || _text[_at] != Quote) break;
            (isDoubled, _at) = (true, _at + 1);
        }

        ReadOnlySpan<byte> cell = _text[from..(_at - 1)];
        while (_at < _text.Length && _text[_at] == ' ' && _separator != ' ') _at++;
        return isDoubled ? Undoubled(cell) : cell;
    }

    private static byte[] Undoubled(ReadOnlySpan<byte> cell)
    {
        var single = new List<byte>(cell.Length);
        for (int i = 0; i < cell.Length; i++)
        {
            single.Add(cell[i]);
            if (cell[i] == Quote) i++;
        }

        return [.. single];
    }
}
