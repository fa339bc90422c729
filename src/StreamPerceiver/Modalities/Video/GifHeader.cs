namespace StreamPerceiver.Modalities.Video;

/// <summary>The blocks of a GIF file: size and number of frames, and whether the codes of the only frame are whole.</summary>
internal static class GifHeader
{
    private const byte Frame = 0x2C, Extension = 0x21, Trailer = 0x3B;

    /// <summary>Walks over all blocks.</summary>
    public static PictureHeader Read(ReadOnlySpan<byte> gif)
    {
        var header = new PictureHeader(PictureFormat.Gif, PictureHeader.LittleShort(gif, 6), PictureHeader.LittleShort(gif, 8));
        int frames = 0;
        for (int at = 13 + ColoursLength(gif[10..][0]); at < gif.Length;)
        {
            switch (gif[at])
            {
                case Trailer when frames > 0:
                    return header with { Frames = frames };
                case Extension when at + 2 <= gif.Length:
                    at = AfterBlocks(gif, at + 2);
                    continue;
                case Frame when at + 10 <= gif.Length:
                    frames++;
                    at = AfterBlocks(gif, FirstBlock(gif, at));
                    continue;
            }

            break;
        }

        return header with { Frames = Math.Max(frames, 1), Damage = $"{gif.Length} bytes of image/gif do not reach its trailer: the picture is cut off" };
    }

    /// <summary>Checks that the codes of the first frame give all of its pixels. Returns the damage, or null where they do.</summary>
    public static string? MissingPixels(ReadOnlySpan<byte> gif)
    {
        int at = 13 + ColoursLength(gif[10]);
        while (gif[at] == Extension) at = AfterBlocks(gif, at + 2);
        long pixels = (long)PictureHeader.LittleShort(gif, at + 5) * PictureHeader.LittleShort(gif, at + 7);
        int block = FirstBlock(gif, at), codeSize = gif[block - 1];
        List<byte> codes = new(gif.Length);
        for (; gif[block] != 0; block += 1 + gif[block]) codes.AddRange(gif.Slice(block + 1, gif[block]));
        long found = LzwLength.Count(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(codes), codeSize, isTiff: false, pixels);
        return found >= pixels ? null : $"the GIF has codes for {found} of its {pixels} pixels";
    }

    // A frame's place, its flags, its colours, and the size of its codes.
    private static int FirstBlock(ReadOnlySpan<byte> gif, int frame) => frame + 10 + ColoursLength(gif[frame + 9]) + 1;

    private static int ColoursLength(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);

    private static int AfterBlocks(ReadOnlySpan<byte> gif, int at)
    {
        while (at < gif.Length && gif[at] != 0) at += 1 + gif[at];
        return at + 1;
    }
}
