using System.Text.Unicode;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities;

/// <summary>Reads <c>text/plain</c> in UTF-8. A byte order mark is no part of the text.</summary>
internal static class PlainTextPayload
{
    public const string MediaType = "text/plain";

    private static readonly HashSet<string> Charsets = new(StringComparer.OrdinalIgnoreCase) { "utf-8", "utf8", "us-ascii", "ascii" };

    /// <summary>Returns the bytes of the text, at least one.</summary>
    /// <exception cref="BadPayloadException">The payload is no text in UTF-8, or has none.</exception>
    public static ReadOnlySpan<byte> Read(ReadOnlySpan<byte> payload, ContentType contentType)
    {
        string charset = contentType.Parameters.GetValueOrDefault("charset", "utf-8");
        if (!Charsets.Contains(charset))
            throw new BadPayloadException(RejectionReason.UnknownContentType, $"text/plain: parameter charset is {charset}, expected utf-8");
        if (Utf8Text.OtherEncoding(payload) is { } encoding)
            throw new BadPayloadException(RejectionReason.Undecodable, $"{payload.Length} bytes are not UTF-8 text, but begin as {encoding} does");
        if (!Utf8.IsValid(payload)) throw new BadPayloadException(RejectionReason.Undecodable, $"{payload.Length} bytes are not UTF-8 text");
        ReadOnlySpan<byte> text = Utf8Text.WithoutMark(payload);
        return text.IsEmpty ? throw new BadPayloadException(RejectionReason.EmptyPayload, "the text is a byte order mark alone, expected a text") : text;
    }
}
