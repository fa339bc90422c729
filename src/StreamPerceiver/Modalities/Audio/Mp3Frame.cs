namespace StreamPerceiver.Modalities.Audio;

/// <summary>The header of a frame of MPEG sound (ISO 11172-3 and 13818-3), layers I to III.</summary>
/// <param name="Length">Bytes of the frame.</param>
/// <param name="Samples">Samples of each channel.</param>
/// <param name="RateHz">Sample rate, in hertz.</param>
/// <param name="Channels">The number of channels, 1 or 2.</param>
/// <param name="SideBytes">Bytes between the header and the place of a count of frames, in layer III.</param>
internal readonly record struct Mp3Frame(int Length, int Samples, int RateHz, int Channels, int SideBytes)
{
    private static readonly int[] Rates = [44_100, 48_000, 32_000];

    // In kbit/s: layers I, II and III of MPEG-1, then layer I, and layers II and III, of MPEG-2.
    private static readonly int[][] BitRates =
    [
        [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
        [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
        [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
        [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
        [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    ];

    /// <summary>Whether two frames may belong to one sound.</summary>
    public bool Continues(Mp3Frame other) => (Samples, RateHz, Channels) == (other.Samples, other.RateHz, other.Channels);

    /// <summary>Returns whether a header of layer III leaves the bit rate out.</summary>
    public static bool IsFreeFormat(ReadOnlySpan<byte> bytes) => bytes is [0xFF, var second, < 0x10, ..] && (second & 0xE6) == 0xE2;

    /// <summary>Reads a header. Returns null where none begins, or where it has no bit rate (free format).</summary>
    public static Mp3Frame? At(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 4 || bytes[0] != 0xFF || (bytes[1] & 0xE0) != 0xE0) return null;
        int version = (bytes[1] >> 3) & 3, layer = 4 - ((bytes[1] >> 1) & 3);
        int bitRate = bytes[2] >> 4, rate = (bytes[2] >> 2) & 3, padding = (bytes[2] >> 1) & 1;
        if (version == 1 || layer == 4 || bitRate is 0 or 15 || rate == 3) return null;
        bool isFirst = version == 3; // MPEG-1; else MPEG-2 with half of the rates, and MPEG-2.5 with a quarter
        int hertz = Rates[rate] >> (isFirst ? 0 : version == 2 ? 1 : 2);
        int bits = 1000 * BitRates[isFirst ? layer - 1 : layer == 1 ? 3 : 4][bitRate - 1];
        int samples = layer == 1 ? 384 : layer == 3 && !isFirst ? 576 : 1152;
        int length = layer == 1 ? (12 * bits / hertz + padding) * 4 : samples / 8 * bits / hertz + padding;
        bool isMono = bytes[3] >> 6 == 3;
        int side = isFirst ? (isMono ? 17 : 32) : isMono ? 9 : 17;
        return new Mp3Frame(length, samples, hertz, isMono ? 1 : 2, layer == 3 ? side : 0);
    }
}
