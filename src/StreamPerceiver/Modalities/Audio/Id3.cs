namespace StreamPerceiver.Modalities.Audio;

/// <summary>Finds tags with names and pictures around a sound. They are passed over.</summary>
internal static class Id3
{
    /// <summary>Counts the bytes of the tags at the beginning of some bytes, and of zeros behind them.</summary>
    public static int TagLength(ReadOnlySpan<byte> bytes)
    {
        int length = 0;
        for (int tag; (tag = OneTagLength(bytes[length..])) > 0;)
        {
            length += tag;
            length += Math.Max(0, bytes[length..].IndexOfAnyExcept((byte)0)); // writers leave room for a longer tag
        }

        return length;
    }

    /// <summary>Returns whether nothing but tags, or zeros, is left behind a sound.</summary>
    public static bool IsTrailer(ReadOnlySpan<byte> bytes)
        => bytes.StartsWith("TAG"u8) || bytes.StartsWith("APETAGEX"u8) || bytes.StartsWith("LYRICSBEGIN"u8) || !bytes.ContainsAnyExcept((byte)0);

    // ID3v2.4, section 3.1: a header of ten bytes, the length of the rest in four times seven bits, and perhaps a footer.
    private static int OneTagLength(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 10 || !bytes.StartsWith("ID3"u8)) return 0;
        int length = (bytes[6] & 0x7F) << 21 | (bytes[7] & 0x7F) << 14 | (bytes[8] & 0x7F) << 7 | bytes[9] & 0x7F;
        return Math.Min(bytes.Length, 10 + length + ((bytes[5] & 0x10) == 0 ? 0 : 10));
    }
}
