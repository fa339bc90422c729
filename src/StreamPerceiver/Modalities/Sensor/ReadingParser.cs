using System.Text;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Sensor;

/// <summary>
/// Parses readings of JSON, CBOR or MessagePack. A reading is an object with a number for each channel, or an array of numbers in the channels' order. The
/// channel <c>acc.x</c> is the member of that name, or the member <c>x</c> of the object <c>acc</c>; a reading has one of them. Several readings are an array
/// of readings, an object with an array <c>readings</c>, or an object with an array for each channel.
/// </summary>
internal sealed partial class ReadingParser
{
    /// <summary>Most values of a reading, used or not.</summary>
    public const int MostValues = 65_536;

    private const string ReadingsMember = "readings", StartMember = "start", RateMember = "rateHz";
    private const int TopLevel = -1;
    private const int LongestEscape = 6; // of a character, such as \u0041
    private const int FewCharacters = 512;

    private readonly IReadOnlyList<string> _channels;
    private readonly bool _numbersAsText;
    private readonly NumberLayout _layout;
    private readonly TimeMember _time;
    private readonly byte[][] _names;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _indexes;
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _parents; // the names of objects that have channels: acc of acc.x
    private readonly bool _isNested;
    private readonly int _longest;

    /// <summary>Makes the parser of an input's readings.</summary>
    /// <param name="channels">Names of the channels, in the model's order.</param>
    /// <param name="layout">Where the numbers of a reading are.</param>
    /// <param name="time">The field with the time of a reading.</param>
    /// <param name="numbersAsText">Whether a number may be a text.</param>
    public ReadingParser(IReadOnlyList<string> channels, NumberLayout layout, TimeMember time, bool numbersAsText)
    {
        (_channels, _layout, _time, _numbersAsText) = (channels, layout, time, numbersAsText);
        _names = [.. channels.Select(Encoding.UTF8.GetBytes)];
        _longest = channels.Append(time.Name).Append(ReadingsMember).Max(name => name.Length);
        _indexes = channels.Select((name, i) => (name, i)).ToDictionary(c => c.name, c => c.i, StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();
        _parents = channels.Append(time.Name).SelectMany(Parents).ToHashSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        _isNested = channels.Any(name => name.Contains('.', StringComparison.Ordinal));
    }

    /// <summary>Most values of several readings.</summary>
    public long MostValuesOfSeveral => MostValues + SampleCollector.MostSamples * (4L + 2 * _channels.Count);

    /// <summary>Parses a payload of JSON that is one reading.</summary>
    /// <exception cref="BadPayloadException">The payload is not JSON, or not a reading of these channels.</exception>
    public float[] ReadJson(ReadOnlySpan<byte> payload)
    {
        var json = new JsonTokens(payload, MostValues);
        return ReadOne(ref json) ?? throw Wrong("there are several readings");
    }

    /// <summary>Parses a payload that is one reading. Returns null where it has several.</summary>
    /// <param name="tokens">The payload, before its first token.</param>
    /// <exception cref="BadPayloadException">The payload is not of its format, or not a reading of these channels.</exception>
    public float[]? ReadOne<T>(ref T tokens) where T : ITokens, allows ref struct
    {
        tokens.Read();
        Row row = ReadRow(ref tokens, isElement: false);
        if (row.IsSeveral) return null;
        return tokens.Read() ? throw Wrong("more data follows the reading") : row.Values;
    }

    // The current token begins the reading.
    private Row ReadRow<T>(ref T tokens, bool isElement) where T : ITokens, allows ref struct
    {
        var row = new Row(new float[_layout.Length], isElement);
        Array.Fill(row.Values, float.NaN); // no value yet
        switch (tokens.Kind)
        {
            case TokenKind.StartObject:
                ReadTopObject(ref tokens, ref row);
                break;
            case TokenKind.StartArray:
                ReadArray(ref tokens, ref row);
                break;
            default:
                throw Wrong($"the reading is a {tokens.Format} {tokens.Kind}");
        }

        if (row.IsSeveral) return row;
        int missing = row.Values.AsSpan(0, _channels.Count).IndexOf(float.NaN);
        return missing < 0 ? row : throw Wrong($"channel {_channels[missing]} is missing");
    }

    private void ReadTopObject<T>(ref T tokens, ref Row row) where T : ITokens, allows ref struct
    {
        int most = (1 + LongestEscape) * (1 + _longest);
        Span<char> path = most <= FewCharacters ? stackalloc char[most] : new char[most];
        ReadObject(ref tokens, path, TopLevel, ref row);
    }

    // The path is the name of this object with those around it, up to its length; beyond it is room for the names of members.
    private void ReadObject<T>(ref T tokens, scoped Span<char> path, int length, ref Row row) where T : ITokens, allows ref struct
    {
        for (int next = 0; tokens.Read() && tokens.Kind == TokenKind.PropertyName; next++)
        {
            // Most readings have their channels in order, and nothing else.
            if (!_isNested && length == TopLevel && next < _names.Length && tokens.IsPlainText(_names[next]))
            {
                tokens.Read();
                ReadChannel(ref tokens, next, ref row);
                if (row.IsSeveral) return;
                continue;
            }

            int end = AppendName(ref tokens, path, length);
            ReadOnlySpan<char> name = path[..Math.Max(end, 0)];
            int channel = end >= 0 && _indexes.TryGetValue(name, out int index) ? index : -1;
            bool isParent = end >= 0 && _parents.Contains(name), isTime = row.IsElement && end >= 0 && name.SequenceEqual(_time.Name);
            tokens.Read();
            if (isParent && tokens.Kind == TokenKind.StartObject) ReadObject(ref tokens, path, end, ref row);
            else if (channel >= 0) ReadChannel(ref tokens, channel, ref row);
            else if (isTime) ReadTime(ref tokens, ref row);
            else if (length == TopLevel && !row.IsElement && name is ReadingsMember && tokens.Kind == TokenKind.StartArray) row.IsSeveral = true;
            else tokens.Skip(); // a reading may have members that this pipeline does not use
            if (row.IsSeveral) return;
        }
    }

    // Returns the path's length with the current name behind it; -1 where that is longer than any name that is looked for.
    private int AppendName<T>(ref T tokens, scoped Span<char> path, int length) where T : ITokens, allows ref struct
    {
        int start = length + 1;
        if (tokens.TextBytes > LongestEscape * (_longest - length)) return -1;
        if (length >= 0) path[length] = '.';
        return start + tokens.CopyText(path[start..]);
    }

    private void ReadArray<T>(ref T tokens, ref Row row) where T : ITokens, allows ref struct
    {
        int channel = 0;
        for (; tokens.Read() && tokens.Kind != TokenKind.EndArray; channel++)
        {
            if (channel == 0 && !row.IsElement && tokens.Kind is TokenKind.StartObject or TokenKind.StartArray)
            {
                row.IsSeveral = true;
                return;
            }

            if (channel == _channels.Count) throw Wrong($"there are more than {channel} values");
            ReadChannel(ref tokens, channel, ref row);
        }
    }

    private void ReadChannel<T>(ref T tokens, int channel, ref Row row) where T : ITokens, allows ref struct
    {
        if (row.Columns is { } columns)
        {
            columns.ReadChannel(ref tokens, channel);
            return;
        }

        if (!float.IsNaN(row.Values[channel])) throw Wrong($"channel {_channels[channel]} occurs twice");
        if (tokens.Kind == TokenKind.StartArray && !row.IsElement) row.IsSeveral = true;
        else if ((tokens.ReadNumber(_numbersAsText, out double number) ?? _layout.Store(row.Values, channel, number)) is { } problem)
            throw Wrong($"channel {_channels[channel]} {problem}");
    }

    private void ReadTime<T>(ref T tokens, ref Row row) where T : ITokens, allows ref struct
    {
        if (row.Columns is { } columns && tokens.Kind == TokenKind.StartArray) columns.ReadTimes(ref tokens);
        else if (_time.Takes(tokens.Kind)) row.Time = _time.Read(ref tokens, _time.Name);
        else tokens.Skip();
    }

    private static IEnumerable<string> Parents(string channel)
    {
        for (int dot = channel.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = channel.IndexOf('.', dot + 1)) yield return channel[..dot];
    }

    private BadPayloadException Wrong(string found)
        => new(RejectionReason.WrongShape, $"{found}; expected numbers for {string.Join(", ", _channels)}");

    // What was read of a reading, or of an object of columns. A value that was not read is NaN.
    private struct Row(float[] values, bool isElement)
    {
        public readonly float[] Values => values;

        // Whether it is one of several: it has a time of its own, and cannot have several itself.
        public readonly bool IsElement => isElement;

        public EventTime? Time { get; set; }

        public ReadingColumns? Columns { get; set; }

        public bool IsSeveral { get; set; }
    }
}
