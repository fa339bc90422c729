using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Sensor;

/// <summary>Collects several readings from an array for each channel, and perhaps one of their times.</summary>
/// <param name="channels">Names of the channels, in the model's order.</param>
/// <param name="layout">Where the numbers of a reading are.</param>
/// <param name="time">The field with the times.</param>
/// <param name="numbersAsText">Whether a number may be a text.</param>
internal sealed class ReadingColumns(IReadOnlyList<string> channels, NumberLayout layout, TimeMember time, bool numbersAsText)
{
    private readonly List<double>?[] _numbers = new List<double>?[channels.Count];
    private List<EventTime>? _times;
    private int _good = int.MaxValue; // readings before this one have all their values
    private BadPayloadException? _problem;

    /// <summary>Reads the array of a channel, which the current token begins.</summary>
    public void ReadChannel<T>(ref T tokens, int channel) where T : ITokens, allows ref struct
    {
        if (_numbers[channel] is not null) throw Wrong($"channel {channels[channel]} occurs twice");
        if (tokens.Kind != TokenKind.StartArray)
            throw Wrong($"channel {channels[channel]} is a {tokens.Format} {tokens.Kind}, expected an array as others are");
        List<double> numbers = _numbers[channel] = [];
        for (; tokens.Read() && tokens.Kind != TokenKind.EndArray; tokens.Skip())
        {
            if (tokens.ReadNumber(numbersAsText, out double number) is { } problem) Note(numbers.Count, Wrong($"channel {channels[channel]} {problem}"));
            numbers.Add(number);
        }
    }

    /// <summary>Reads the array of the times, which the current token begins.</summary>
    public void ReadTimes<T>(ref T tokens) where T : ITokens, allows ref struct
    {
        _times = [];
        for (; tokens.Read() && tokens.Kind != TokenKind.EndArray; tokens.Skip())
        {
            EventTime at = default;
            try
            {
                if (_times.Count < _good) at = time.Read(ref tokens, time.Name);
            }
            catch (BadPayloadException bad)
            {
                Note(_times.Count, bad);
            }

            _times.Add(at);
        }
    }

    /// <summary>Adds the readings before the first bad one to a batch.</summary>
    /// <exception cref="BadPayloadException">A value or a time is bad, or there are not as many of all.</exception>
    public void AddTo(ReadingBatch batch)
    {
        int missing = Array.IndexOf(_numbers, null);
        if (missing >= 0) throw Wrong($"channel {channels[missing]} is missing");
        int longest = Math.Max(_numbers.Max(v => v!.Count), _times?.Count ?? 0);
        for (int c = 0; c < channels.Count; c++) CheckLength($"channel {channels[c]}", _numbers[c]!.Count, longest);
        if (_times is not null) CheckLength(time.Name, _times.Count, longest);
        for (int i = 0; i < longest; i++)
        {
            try
            {
                if (i == _good) throw _problem!;
                var values = new float[layout.Length];
                for (int c = 0; c < channels.Count; c++)
                    if (layout.Store(values, c, _numbers[c]![i]) is { } problem)
                        throw Wrong($"channel {channels[c]} {problem}");
                batch.Add(values, _times?[i]);
            }
            catch (BadPayloadException bad)
            {
                throw batch.Named(bad);
            }
        }
    }

    private void CheckLength(string column, int length, int longest)
    {
        if (length < longest) Note(length, Wrong($"{column} has {length} values, another column has {longest}"));
    }

    private void Note(int reading, BadPayloadException problem)
    {
        if (reading < _good) (_good, _problem) = (reading, problem);
    }

    private BadPayloadException Wrong(string found)
        => new(RejectionReason.WrongShape, $"{found}; expected numbers for {string.Join(", ", channels)}");
}
