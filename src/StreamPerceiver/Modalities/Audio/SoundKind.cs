namespace StreamPerceiver.Modalities.Audio;

/// <summary>Names the format of a payload by its first bytes, for messages.</summary>
internal static class SoundKind
{
    /// <summary>Returns the first bytes as text, with the name of the format that begins so.</summary>
    public static string Of(ReadOnlySpan<byte> payload)
    {
        string? name = payload switch
        {
            [(byte)'R', (byte)'I', (byte)'F', (byte)'F', ..] when payload.Length >= 12 && payload[8..].StartsWith("WAVE"u8) => "WAV",
            [(byte)'R', (byte)'I', (byte)'F', (byte)'F', ..] => "a RIFF file that is not WAV",
            [(byte)'f', (byte)'L', (byte)'a', (byte)'C', ..] => "FLAC",
            [(byte)'O', (byte)'g', (byte)'g', (byte)'S', ..] => "Ogg",
            [(byte)'I', (byte)'D', (byte)'3', ..] => "a tag of MP3",
            [(byte)'F', (byte)'O', (byte)'R', (byte)'M', ..] => "AIFF",
            [(byte)'.', (byte)'s', (byte)'n', (byte)'d', ..] => "AU",
            [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] => "MP4, whose sound is AAC as a rule",
            [(byte)'A', (byte)'D', (byte)'I', (byte)'F', ..] => "AAC",
            [0xFF, var second, ..] when (second & 0xF6) == 0xF0 => "AAC",
            [0xFF, >= 0xE0, ..] => "MP3",
            [0x1A, 0x45, 0xDF, 0xA3, ..] => "WebM or Matroska",
            [(byte)'#', (byte)'!', (byte)'A', (byte)'M', (byte)'R', ..] => "AMR",
            [(byte)'c', (byte)'a', (byte)'f', (byte)'f', ..] => "CAF",
            [0x30, 0x26, 0xB2, 0x75, ..] => "WMA",
            [(byte)'{' or (byte)'[' or (byte)'<', ..] => "text",
            _ => null,
        };
        string start = Convert.ToHexString(payload[..Math.Min(8, payload.Length)]);
        return name is null ? start : $"{start} ({name})";
    }
}
