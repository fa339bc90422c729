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

    private const int MostNameBytes = 512;

    /// <summary>Finds the time.</summary>
    /// <param name="tokens">The payload, before its first token.</param>
    /// <param name="member">The field.</param>
    /// <exception cref="BadPayloadException">The payload has no such field, or the value in it is no such time.</exception>
    public static EventTime Find<T>(ref T tokens, TimeMember member) where T : ITokens, allows ref struct
    {
        tokens.Read();
        while (tokens.Kind == TokenKind.StartArray) tokens.Read();
        EventTime? start = null;
        if (tokens.Kind == TokenKind.StartObject && FindIn(ref tokens, member, member.Name, isTop: true, ref start)) return Read(ref tokens, member);
        return start ?? throw member.Missing();
    }

    private static EventTime Read<T>(ref T tokens, TimeMember member) where T : ITokens, allows ref struct
    {
        if (tokens.Kind == TokenKind.StartArray) tokens.Read();
        return member.Read(ref tokens, member.Name);
    }

    // Begins in an object, and ends at the field's value or behind the object. Returns whether there is such a field.
    private static bool FindIn<T>(ref T tokens, TimeMember member, ReadOnlySpan<char> path, bool isTop, ref EventTime? start)
        where T : ITokens, allows ref struct
    {
        Span<char> buffer = stackalloc char[MostNameBytes];
        while (tokens.Read() && tokens.Kind == TokenKind.PropertyName)
        {
            ReadOnlySpan<char> name = tokens.TextBytes <= buffer.Length ? buffer[..tokens.CopyText(buffer)] : [];
            bool isField = name.SequenceEqual(path);
            bool isParent = name.Length < path.Length && path[name.Length] == '.' && path.StartsWith(name);
            ReadOnlySpan<char> rest = isParent ? path[(name.Length + 1)..] : [];
            bool isReadings = isTop && name is "readings", isStart = isTop && name is "start";
            tokens.Read();
            if (isField) return true;
            if (isParent && tokens.Kind == TokenKind.StartObject)
            {
                if (FindIn(ref tokens, member, rest, isTop: false, ref start)) return true;
            }
            else if (isReadings && tokens.Kind == TokenKind.StartArray)
            {
                if (FindInFirst(ref tokens, member, ref start)) return true;
            }
            else if (isStart && member.Takes(tokens.Kind)) start = member.Read(ref tokens, "start");
            else tokens.Skip();
        }

        return false;
    }

    // Begins in an array of readings, and ends at the field's value or behind the array.
    private static bool FindInFirst<T>(ref T tokens, TimeMember member, ref EventTime? start) where T : ITokens, allows ref struct
    {
        for (bool isFirst = true; tokens.Read() && tokens.Kind != TokenKind.EndArray; isFirst = false)
        {
            if (!isFirst || tokens.Kind != TokenKind.StartObject) tokens.Skip();
            else if (FindIn(ref tokens, member, member.Name, isTop: false, ref start)) return true;
        }

        return false;
    }
}
