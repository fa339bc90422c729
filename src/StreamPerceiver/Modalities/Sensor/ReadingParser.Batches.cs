using System.Globalization;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Sensor;

/// <content>Several readings of one payload.</content>
internal sealed partial class ReadingParser
{
    /// <summary>Parses a payload of several readings, and adds them to a batch. Those before a bad one are added.</summary>
    /// <param name="tokens">The payload, before its first token.</param>
    /// <param name="batch">Takes the readings.</param>
    /// <exception cref="BadPayloadException">The payload is not of its format, or a reading is not one of these channels, or has no time.</exception>
    public void ReadSeveral<T>(ref T tokens, ReadingBatch batch) where T : ITokens, allows ref struct
    {
        T members = tokens; // start and rate may come behind the readings
        tokens.Read();
        if (tokens.Kind == TokenKind.StartArray)
        {
            ReadElements(ref tokens, batch);
            if (tokens.Read()) throw Wrong("more data follows the readings");
            return;
        }

        if (ReadMembers(ref members, batch))
        {
            while (!IsReadings(ref tokens)) { }
            ReadElements(ref tokens, batch);
            return; // all members were read before
        }

        ReadColumns(ref tokens, batch);
    }

    /// <summary>Parses a payload that is one of several readings, such as a line. Its time is that of its own field, or null.</summary>
    /// <exception cref="BadPayloadException">The payload is not of its format, or not a reading of these channels, or its time is none.</exception>
    public float[] ReadLine<T>(ref T tokens, out EventTime? time) where T : ITokens, allows ref struct
    {
        tokens.Read();
        Row row = ReadRow(ref tokens, isElement: true);
        time = row.Time;
        return tokens.Read() ? throw Wrong("more data follows the reading") : row.Values;
    }

    // Begins in an array, and ends behind it.
    private void ReadElements<T>(ref T tokens, ReadingBatch batch) where T : ITokens, allows ref struct
    {
        while (true)
        {
            try
            {
                if (!tokens.Read() || tokens.Kind == TokenKind.EndArray) return;
                Row row = ReadRow(ref tokens, isElement: true);
                batch.Add(row.Values, row.Time);
            }
            catch (BadPayloadException bad)
            {
                throw batch.Named(bad);
            }
        }
    }

    private void ReadColumns<T>(ref T tokens, ReadingBatch batch) where T : ITokens, allows ref struct
    {
        var columns = new ReadingColumns(_channels, _layout, _time, _numbersAsText);
        var row = new Row([], isElement: true) { Columns = columns };
        ReadTopObject(ref tokens, ref row);
        if (tokens.Read()) throw Wrong("more data follows the columns");
        if (row.Time is { } one) batch.Start = one;
        columns.AddTo(batch);
    }

    // Reads the members of an object that say when its readings were. Returns whether it has an array of readings.
    private bool ReadMembers<T>(ref T tokens, ReadingBatch batch) where T : ITokens, allows ref struct
    {
        bool hasReadings = false;
        Span<char> name = stackalloc char[LongestEscape * ReadingsMember.Length];
        tokens.Read();
        while (tokens.Read() && tokens.Kind == TokenKind.PropertyName)
        {
            int length = tokens.TextBytes <= name.Length ? tokens.CopyText(name) : 0;
            ReadOnlySpan<char> member = name[..length];
            bool isStart = member is StartMember && !_indexes.ContainsKey(member), isRate = member is RateMember && !_indexes.ContainsKey(member);
            bool isReadings = member is ReadingsMember;
            tokens.Read();
            if (isStart) batch.Start = _time.Read(ref tokens, StartMember);
            else if (isRate) batch.RateHz = ReadRate(ref tokens);
            hasReadings |= isReadings && tokens.Kind == TokenKind.StartArray;
            tokens.Skip();
        }

        return hasReadings && tokens.Read() ? throw Wrong("more data follows the readings") : hasReadings;
    }

    // Moves on to the next member. Returns whether it is the array of readings, in which the tokens are then.
    private static bool IsReadings<T>(ref T tokens) where T : ITokens, allows ref struct
    {
        Span<char> name = stackalloc char[LongestEscape * ReadingsMember.Length];
        tokens.Read();
        bool isReadings = tokens.TextBytes <= name.Length && name[..tokens.CopyText(name)] is ReadingsMember;
        tokens.Read();
        if (isReadings && tokens.Kind == TokenKind.StartArray) return true;
        tokens.Skip();
        return false;
    }

    private static double ReadRate<T>(ref T tokens) where T : ITokens, allows ref struct
    {
        if (tokens.Kind == TokenKind.Number && tokens.ReadDecimal() is { } rate && ReadingBatch.IsRate((double)rate)) return (double)rate;
        string found = tokens.Kind == TokenKind.Number ? tokens.ReadDecimal()?.ToString(CultureInfo.InvariantCulture) ?? "a number" : $"a {tokens.Kind}";
        throw ReadingBatch.WrongRate(RateMember, found);
    }
}
