namespace StreamPerceiver.Modalities.Video;

/// <summary>
/// Counts what LZW codes decode to, without the bytes themselves. OpenCV takes a GIF or TIFF whose codes end early as if it were whole.
/// </summary>
internal static class LzwLength
{
    private const int MostCodes = 4096;

    /// <summary>Counts the bytes that codes give. Stops at the first code that cannot be.</summary>
    /// <param name="data">The codes.</param>
    /// <param name="symbolBits">Bits of a symbol: of GIF's code size, or TIFF's 8.</param>
    /// <param name="isTiff">TIFF has the first bit at the top of a byte, and longer codes one code earlier than GIF.</param>
    /// <param name="enough">The count at which to stop.</param>
    public static long Count(ReadOnlySpan<byte> data, int symbolBits, bool isTiff, long enough)
    {
        if (symbolBits is < 1 or > 11) return 0;
        int clear = 1 << symbolBits, next = clear + 2, width = symbolBits + 1, previous = -1, bits = 0, held = 0;
        var lengths = new int[MostCodes];
        lengths.AsSpan(0, clear).Fill(1);
        long count = 0;
        for (int at = 0; count < enough;)
        {
            for (; held < width && at < data.Length; at++, held += 8) bits = isTiff ? (bits << 8) | data[at] : bits | (data[at] << held);
            if (held < width) break;
            int code = (isTiff ? bits >> (held - width) : bits) & ((1 << width) - 1);
            held -= width;
            bits = isTiff ? bits & ((1 << held) - 1) : bits >> width;
            if (code == clear + 1) break; // the end
            if (code == clear)
            {
                (next, width, previous) = (clear + 2, symbolBits + 1, -1);
                continue;
            }

            if (previous < 0 ? code > clear : code > next || (code == next && next == MostCodes)) break;
            if (previous >= 0 && next < MostCodes) lengths[next++] = lengths[previous] + 1;
            count += lengths[code];
            previous = code;
            if (next + (isTiff ? 1 : 0) >= 1 << width && width < 12) width++;
        }

        return count;
    }
}
