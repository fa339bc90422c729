namespace StreamPerceiver.Modalities;

/// <summary>Reads payloads that are text in UTF-8, with or without a byte order mark, and names other encodings of Unicode.</summary>
internal static class Utf8Text
{
    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>Returns the text behind the byte order mark, if there is one.</summary>
    public static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> text) => text.StartsWith(Mark) ? text[Mark.Length..] : text;

    /// <summary>
    /// Names the encoding of bytes that begin as UTF-16 or UTF-32 does: by their mark, or by the zeros beside a first character of ASCII. Returns null for
    /// all other bytes.
    /// </summary>
    public static string? OtherEncoding(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xFF, 0xFE, 0, 0, ..] or [0, 0, 0xFE, 0xFF, ..] or [not 0, 0, 0, 0, ..] or [0, 0, 0, not 0, ..] => "UTF-32",
        [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] or [not 0, 0, ..] or [0, not 0, ..] => "UTF-16",
        _ => null,
    };
}
