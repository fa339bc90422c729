using System.Text.RegularExpressions;

namespace StreamPerceiver.Schemas.Members;

/// <summary>Makes names of Avro and Protobuf, which have letters of ASCII, digits and underscores only.</summary>
internal static partial class MemberName
{
    /// <summary>Replaces all other characters by underscores. The name begins with a letter.</summary>
    public static string Plain(string name)
    {
        string plain = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        return plain.Length > 0 && char.IsAsciiLetter(plain[0]) ? plain : $"n_{plain}";
    }

    /// <summary>Makes the name of a type, which begins with a capital.</summary>
    public static string OfType(string name) => string.Concat(char.ToUpperInvariant(Plain(name)[0]).ToString(), Plain(name).AsSpan(1));

    /// <summary>Makes a name in lower case, with an underscore before each capital that follows a small letter.</summary>
    public static string Lower(string name) => BeforeCapital().Replace(Plain(name), "_").ToLowerInvariant();

    /// <summary>Returns what two names have in common that could not stand side by side in Avro or Protobuf.</summary>
    public static string Common(string name) => Plain(name).Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])")]
    private static partial Regex BeforeCapital();
}
