using System.Text;
using System.Text.Json;

namespace StreamPerceiver.Modalities;

/// <summary>
/// Finds one field of a JSON object without reading the rest. The field <c>meta.sensor</c> is the member of that name, or the member <c>sensor</c> of the
/// object <c>meta</c>; the first one counts.
/// </summary>
internal static class JsonField
{
    // Longer ones are no names.
    private const int MostBytes = 1024;

    /// <summary>Returns a text, or the text of a number, true or false; null where the object has no such field, or another value in it.</summary>
    /// <param name="payload">The JSON in UTF-8, with or without a byte order mark. It is read as far as the field.</param>
    /// <param name="path">The field, with dots between the names of nested ones.</param>
    /// <exception cref="JsonException">The payload is no JSON object as far as it was read.</exception>
    public static string? FindText(ReadOnlySpan<byte> payload, string path)
    {
        var json = new Utf8JsonReader(Utf8Text.WithoutMark(payload), new JsonReaderOptions { MaxDepth = JsonTokens.MostDepth });
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject) throw new JsonException($"a JSON {json.TokenType} comes first");
        return FindIn(ref json, path);
    }

    /// <summary>Returns the text of a payload that is a text, number, true or false alone; null where it is another value.</summary>
    /// <param name="payload">The JSON in UTF-8, with or without a byte order mark.</param>
    /// <exception cref="JsonException">The payload is no JSON.</exception>
    public static string? ReadText(ReadOnlySpan<byte> payload)
    {
        var json = new Utf8JsonReader(Utf8Text.WithoutMark(payload), new JsonReaderOptions { MaxDepth = JsonTokens.MostDepth });
        json.Read();
        string? text = TextOf(ref json);
        json.Skip();
        return json.Read() ? null : text; // throws where more follows
    }

    // Begins within an object, and ends behind it or at the field.
    private static string? FindIn(ref Utf8JsonReader json, string path)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals(path))
            {
                json.Read();
                return TextOf(ref json);
            }

            int dot = PrefixOf(ref json, path);
            json.Read();
            if (dot < 0 || json.TokenType != JsonTokenType.StartObject) json.Skip();
            else if (FindIn(ref json, path[(dot + 1)..]) is { } found) return found;
        }

        return null;
    }

    // Returns where the dot behind the member's name is, or -1.
    private static int PrefixOf(ref Utf8JsonReader json, string path)
    {
        int dot = path.IndexOf('.', StringComparison.Ordinal);
        while (dot >= 0 && !json.ValueTextEquals(path.AsSpan(0, dot))) dot = path.IndexOf('.', dot + 1);
        return dot;
    }

    private static string? TextOf(ref Utf8JsonReader json)
    {
        if (json.ValueSpan.Length > MostBytes) return null;
        return json.TokenType switch
        {
            JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False => Encoding.UTF8.GetString(json.ValueSpan),
            JsonTokenType.String => UnescapedText(ref json),
            _ => null,
        };
    }

    private static string UnescapedText(ref Utf8JsonReader json)
    {
        try
        {
            return json.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("a text in it is not Unicode", e);
        }
    }
}
