using System.Text;
using System.Text.Json;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Sensor;

/// <summary>
/// Parses one reading in JSON: an object with a number for each channel, or an array of numbers in the channels' order. The channel <c>acc.x</c> is the member
/// of that name, or the member <c>x</c> of the object <c>acc</c>; a reading has one of them. An object may also have a member <c>time</c>, an RFC 3339 time,
/// unless a channel has that name.
/// </summary>
internal sealed class JsonReading
{
    /// <summary>Most values of a reading, used or not.</summary>
    public const int MostValues = 65_536;

    private const string TimeMember = "time";
    private const int MostTimeBytes = 64;
    private const int TopLevel = -1;
    private const int LongestEscape = 6; // of a character, such as \u0041
    private const int FewChannels = 256;
    private const int FewCharacters = 512;

    private readonly IReadOnlyList<string> _channels;
    private readonly bool _numbersAsText;
    private readonly ReadingLayout _layout;
    private readonly byte[][] _names;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _indexes;
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _parents; // the names of objects that have channels: acc of acc.x
    private readonly int _longest;

    /// <summary>Makes the parser of an input's readings.</summary>
    /// <param name="channels">Names of the channels, in the model's order.</param>
    /// <param name="numbersAsText">Whether a number may be a text.</param>
    /// <param name="layout">Where the numbers of a reading are.</param>
    public JsonReading(IReadOnlyList<string> channels, bool numbersAsText, ReadingLayout layout)
    {
        (_channels, _numbersAsText, _layout) = (channels, numbersAsText, layout);
        _names = [.. channels.Select(Encoding.UTF8.GetBytes)];
        _longest = channels.Append(TimeMember).Max(name => name.Length);
        _indexes = channels.Select((name, i) => (name, i)).ToDictionary(c => c.name, c => c.i, StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();
        _parents = channels.SelectMany(Parents).ToHashSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Parses a payload that is one reading.</summary>
    /// <exception cref="BadPayloadException">The payload is not JSON, or not a reading of these channels.</exception>
    public float[] Read(ReadOnlySpan<byte> payload) => Read(payload, readsTime: false, out _);

    /// <summary>Parses a payload that is one reading. The time is the text of its member <c>time</c>, or null.</summary>
    /// <exception cref="BadPayloadException">The payload is not JSON, or not a reading of these channels.</exception>
    public float[] Read(ReadOnlySpan<byte> payload, out string? time) => Read(payload, readsTime: true, out time);

    private float[] Read(ReadOnlySpan<byte> payload, bool readsTime, out string? time)
    {
        time = null;
        var values = new float[_layout.Length];
        Span<bool> seen = _channels.Count <= FewChannels ? stackalloc bool[_channels.Count] : new bool[_channels.Count];
        var json = new JsonTokens(payload, MostValues);
        json.Read();
        switch (json.Type)
        {
            case JsonTokenType.StartObject:
                int most = (1 + LongestEscape) * (1 + _longest);
                Span<char> path = most <= FewCharacters ? stackalloc char[most] : new char[most];
                ReadObject(ref json, path, TopLevel, values, seen, readsTime, ref time);
                break;
            case JsonTokenType.StartArray:
                ReadArray(ref json, values, seen);
                break;
            default:
                throw Wrong($"the reading is a JSON {json.Type}");
        }

        if (json.Read()) throw Wrong("more data follows the reading");
        int missing = seen.IndexOf(false);
        if (missing >= 0) throw Wrong($"channel {_channels[missing]} is missing");
        return values;
    }

    // The path is the name of this object with those around it, up to its length; beyond it is room for the names of members.
    private void ReadObject(
        ref JsonTokens json, scoped Span<char> path, int length, float[] values, scoped Span<bool> seen, bool readsTime, ref string? time)
    {
        for (int next = 0; json.Read() && json.Type == JsonTokenType.PropertyName; next++)
        {
            // Most readings have their channels in order, and nothing else.
            if (_parents.Set.Count == 0 && next < _names.Length && json.IsPlainText(_names[next]))
            {
                json.Read();
                ReadChannel(ref json, next, values, seen);
                continue;
            }

            int end = AppendName(ref json, path, length);
            ReadOnlySpan<char> name = path[..Math.Max(end, 0)];
            int channel = end >= 0 && _indexes.TryGetValue(name, out int index) ? index : -1;
            bool isParent = end >= 0 && _parents.Contains(name), isTime = readsTime && length == TopLevel && name is TimeMember;
            json.Read();
            if (isParent && json.Type == JsonTokenType.StartObject) ReadObject(ref json, path, end, values, seen, readsTime, ref time);
            else if (channel >= 0) ReadChannel(ref json, channel, values, seen);
            else if (isTime && json.Type == JsonTokenType.String) time = ReadTime(ref json);
            else json.Skip(); // a reading may have members that this pipeline does not use
        }
    }

    // Returns the path's length with the current name behind it; -1 where that is longer than any name that is looked for.
    private int AppendName(ref JsonTokens json, scoped Span<char> path, int length)
    {
        int start = length + 1;
        if (json.TextBytes > LongestEscape * (_longest - length)) return -1;
        if (length >= 0) path[length] = '.';
        return start + json.CopyText(path[start..]);
    }

    private void ReadArray(ref JsonTokens json, float[] values, scoped Span<bool> seen)
    {
        int channel = 0;
        for (; json.Read() && json.Type != JsonTokenType.EndArray; channel++)
        {
            if (channel == seen.Length) throw Wrong($"there are more than {channel} values");
            ReadChannel(ref json, channel, values, seen);
        }
    }

    private void ReadChannel(ref JsonTokens json, int channel, float[] values, scoped Span<bool> seen)
    {
        if (seen[channel]) throw Wrong($"channel {_channels[channel]} occurs twice");
        if ((json.ReadNumber(_numbersAsText, out double number) ?? _layout.Store(values, channel, number)) is { } problem)
            throw Wrong($"channel {_channels[channel]} {problem}");
        seen[channel] = true;
    }

    private static string ReadTime(ref JsonTokens json)
    {
        if (json.TextBytes > MostTimeBytes)
            throw new BadPayloadException(RejectionReason.TooLarge, $"time is a text of {json.TextBytes} bytes, expected at most {MostTimeBytes}");
        Span<char> text = stackalloc char[MostTimeBytes];
        return text[..json.CopyText(text)].ToString();
    }

    private static IEnumerable<string> Parents(string channel)
    {
        for (int dot = channel.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = channel.IndexOf('.', dot + 1)) yield return channel[..dot];
    }

    private BadPayloadException Wrong(string found)
        => new(RejectionReason.WrongShape, $"{found}; expected numbers for {string.Join(", ", _channels)}");
}
