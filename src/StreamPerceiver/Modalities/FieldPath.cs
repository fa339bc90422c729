namespace StreamPerceiver.Modalities;

/// <summary>
/// Finds a field of an object that names its members. The field <c>meta.at</c> is the member of that name, or the member <c>at</c> of the object
/// <c>meta</c>; the first one counts. Little more is read than is before it.
/// </summary>
internal static class FieldPath
{
    /// <summary>Most bytes of a name that is compared; a longer one is no field.</summary>
    public const int MostNameBytes = 512;

    /// <summary>Moves from the beginning of an object to the value of a field. Returns false, behind the object, where it has no such field.</summary>
    public static bool MoveTo<T>(ref T tokens, scoped ReadOnlySpan<char> path) where T : ITokens, allows ref struct
    {
        Span<char> buffer = stackalloc char[MostNameBytes];
        while (tokens.Read() && tokens.Kind == TokenKind.PropertyName)
        {
            int length = ReadName(ref tokens, buffer);
            if (MoveInto(ref tokens, buffer[..length], path)) return true;
        }

        return false;
    }

    /// <summary>Moves from the value of a member to that of a field in it. Returns false, at the end of the value, where the field is not there.</summary>
    public static bool MoveInto<T>(ref T tokens, scoped ReadOnlySpan<char> name, scoped ReadOnlySpan<char> path)
        where T : ITokens, allows ref struct
    {
        if (name.SequenceEqual(path)) return true;
        if (tokens.Kind == TokenKind.StartObject && name.Length < path.Length && path[name.Length] == '.' && path.StartsWith(name))
            return MoveTo(ref tokens, path[(name.Length + 1)..]);
        tokens.Skip();
        return false;
    }

    /// <summary>Copies the current name, and moves to its value. Returns the name's length; 0 where it is too long.</summary>
    public static int ReadName<T>(ref T tokens, scoped Span<char> buffer) where T : ITokens, allows ref struct
    {
        int length = tokens.TextBytes <= buffer.Length ? tokens.CopyText(buffer) : 0;
        tokens.Read();
        return length;
    }
}
