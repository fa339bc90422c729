using System.Text.Json;

namespace StreamPerceiver.Formats;

/// <summary>
/// Parses JSON in which every text is valid and no key occurs twice. Code that reads it later cannot fail on its form. The library itself checks a text
/// only when it is read, so half a character or invalid UTF-8 would be found late.
/// </summary>
public static class StrictJson
{
    private static readonly JsonDocumentOptions Plain = new() { AllowDuplicateProperties = false };

    private static readonly JsonDocumentOptions Written = Plain with { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Parses and checks a text.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="byHand">Whether comments and trailing commas are allowed, as in files that people write (default: no).</param>
    /// <exception cref="JsonException">It is not such JSON.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8, bool byHand = false)
    {
        try
        {
            JsonDocument document = JsonDocument.Parse(utf8, byHand ? Written : Plain);
            RequireTexts(document.RootElement);
            return document;
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    private static void RequireTexts(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String:
                json.GetString();
                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in json.EnumerateArray())
                    RequireTexts(item);
                break;
            case JsonValueKind.Object:
                foreach (JsonProperty property in json.EnumerateObject())
                {
                    _ = property.Name;
                    RequireTexts(property.Value);
                }

                break;
        }
    }
}
