using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities;

/// <summary>
/// Finds the time of the first reading of a payload that names its fields: in its field, or in the first one of an array. Where the field is missing, the
/// member <c>start</c> of the payload counts.
/// </summary>
internal static class FieldTime
{
    /// <summary>Most values that are read to find a time.</summary>
    public const long MostValues = 1 << 22;

    /// <summary>Finds the time.</summary>
    /// <param name="tokens">The payload, before its first token.</param>
    /// <param name="member">The field.</param>
    /// <exception cref="BadPayloadException">The payload has no such field, or the value in it is no such time.</exception>
    public static EventTime Find<T>(ref T tokens, TimeMember member) where T : ITokens, allows ref struct
    {
        tokens.Read();
        while (tokens.Kind == TokenKind.StartArray) tokens.Read();
        EventTime? start = null;
        if (tokens.Kind == TokenKind.StartObject && MoveToTime(ref tokens, member, ref start)) return Read(ref tokens, member);
        return start ?? throw member.Missing();
    }

    /// <summary>Finds the time of a JSON payload that is one sample: in its field, or in the field of the first object of an array.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="member">The field.</param>
    /// <exception cref="BadPayloadException">The payload has no such field, or the value in it is no such time.</exception>
    public static EventTime FindInJson(ReadOnlySpan<byte> payload, TimeMember member)
    {
        var tokens = new JsonTokens(payload, MostValues);
        tokens.Read();
        if (tokens.Kind == TokenKind.StartArray) tokens.Read();
        return tokens.Kind == TokenKind.StartObject && FieldPath.MoveTo(ref tokens, member.Name)
            ? member.Read(ref tokens, member.Name)
            : throw member.Missing();
    }

    private static EventTime Read<T>(ref T tokens, TimeMember member) where T : ITokens, allows ref struct
    {
        if (tokens.Kind == TokenKind.StartArray) tokens.Read();
        return member.Read(ref tokens, member.Name);
    }

    // Begins in the object that the payload is, and ends at the field's value or behind the object. Returns whether there is such a field.
    private static bool MoveToTime<T>(ref T tokens, TimeMember member, ref EventTime? start) where T : ITokens, allows ref struct
    {
        Span<char> buffer = stackalloc char[FieldPath.MostNameBytes];
        while (tokens.Read() && tokens.Kind == TokenKind.PropertyName)
        {
            int length = FieldPath.ReadName(ref tokens, buffer);
            ReadOnlySpan<char> name = buffer[..length];
            bool isField = name.SequenceEqual(member.Name);
            if (!isField && name is "readings" && tokens.Kind == TokenKind.StartArray)
            {
                if (MoveToFirst(ref tokens, member)) return true;
            }
            else if (!isField && name is "start" && tokens.Kind != TokenKind.StartObject && member.Takes(tokens.Kind))
                start = member.Read(ref tokens, "start");
            else if (FieldPath.MoveInto(ref tokens, name, member.Name)) return true;
        }

        return false;
    }

    // Begins in an array of readings, and ends at the field's value in the first one or behind the array.
    private static bool MoveToFirst<T>(ref T tokens, TimeMember member) where T : ITokens, allows ref struct
    {
        for (bool isFirst = true; tokens.Read() && tokens.Kind != TokenKind.EndArray; isFirst = false)
        {
            if (!isFirst || tokens.Kind != TokenKind.StartObject) tokens.Skip();
            else if (FieldPath.MoveTo(ref tokens, member.Name)) return true;
        }

        return false;
    }
}
