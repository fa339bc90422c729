using System.IO.Compression;

namespace StreamPerceiver.Modalities.Video;

/// <summary>The directories of a TIFF file: size, bits, orientation, pages, and whether its strips or tiles are whole.</summary>
internal static class TiffHeader
{
    // Tags of TIFF 6.0
    private const int Subfile = 254, Width = 256, Height = 257, Bits = 258, Compression = 259, Photometric = 262, StripOffsets = 273, Samples = 277;
    private const int RowsPerStrip = 278, StripLengths = 279, Planes = 284, TileWidth = 322, TileHeight = 323, TileOffsets = 324, TileLengths = 325, Kind = 339;

    private const int None = 1, Lzw = 5, Deflate = 8, OldDeflate = 32946, PackBits = 32773;

    // More pages than this are as wrong as two.
    private const int MostPages = 1000;

    /// <summary>Reads the first directory, and counts the pages of full size.</summary>
    public static PictureHeader Read(ReadOnlySpan<byte> tiff)
    {
        TiffDirectory first = TiffDirectory.First(tiff) ?? throw PictureHeader.Bad("the TIFF has no directory: the picture is cut off");
        if (first.Number(tiff, Compression, None) is not (None or Lzw or Deflate or OldDeflate or PackBits) and var compression)
            throw PictureHeader.Bad($"the TIFF has the compression {compression}, expected none (1), LZW (5), deflate (8) or PackBits (32773)");
        if (first.Number(tiff, Kind, 1) != 1)
            throw PictureHeader.Bad($"the TIFF has numbers of the format {first.Number(tiff, Kind, 1)}, expected whole ones (1)");
        if (first.Number(tiff, Photometric, 1) is > 3 and not 5 and var colours)
            throw PictureHeader.Bad($"the TIFF has colours of the kind {colours}, expected grey (0, 1), RGB (2), a palette (3) or CMYK (5)");
        int pages = 0, seen = 0;
        for (TiffDirectory? page = first; page is { } there && seen++ < MostPages; page = there.Next(tiff))
            if ((there.Number(tiff, Subfile, 0) & 1) == 0) pages++; // 1: a reduced copy
        return new PictureHeader(PictureFormat.Tiff, (int)first.Number(tiff, Width, 0), (int)first.Number(tiff, Height, 0))
        {
            Bits = (int)first.Number(tiff, Bits, 1),
            Frames = Math.Max(pages, 1),
            Orientation = first.Orientation(tiff),
            DecoderBytes = Pieces.Of(tiff, first) is var pieces ? pieces.RowBytes * pieces.Rows : 0,
        };
    }

    /// <summary>
    /// Checks that each strip or tile gives all of its bytes, because OpenCV takes those that do not as if they were whole. Returns the damage, or null.
    /// </summary>
    public static string? MissingBytes(ReadOnlySpan<byte> tiff)
    {
        TiffDirectory page = TiffDirectory.First(tiff)!.Value;
        Pieces pieces = Pieces.Of(tiff, page);
        (int offsets, int lengths) = pieces.AreTiles ? (TileOffsets, TileLengths) : (StripOffsets, StripLengths);
        long listed = Math.Min(page.Count(tiff, offsets), page.Count(tiff, lengths)), height = page.Number(tiff, Height, 0);
        if (listed < pieces.Count) return $"the TIFF lists {listed} of its {pieces.Count} pieces";
        for (int piece = 0; piece < pieces.Count; piece++)
        {
            long at = page.Number(tiff, offsets, 0, piece), length = page.Number(tiff, lengths, 0, piece);
            long bytes = pieces.RowBytes * (pieces.AreTiles ? pieces.Rows : Math.Min(pieces.Rows, height - piece % pieces.Down * pieces.Rows));
            if (at + length > tiff.Length) return $"{tiff.Length} bytes of image/tiff are not the {at + length} that its pieces need: the picture is cut off";
            long found = CountBytes(tiff.Slice((int)at, (int)length), page.Number(tiff, Compression, None), bytes);
            if (found < bytes) return $"piece {piece} of the TIFF gives {found} of its {bytes} bytes";
        }

        return null;
    }

    private static long CountBytes(ReadOnlySpan<byte> piece, long compression, long enough) => compression switch
    {
        Lzw => LzwLength.Count(piece, 8, isTiff: true, enough),
        PackBits => CountRuns(piece),
        Deflate or OldDeflate => Inflate(piece, enough),
        _ => piece.Length,
    };

    // TIFF 6.0, section 9.
    private static long CountRuns(ReadOnlySpan<byte> piece)
    {
        long count = 0;
        for (int at = 0; at < piece.Length;)
        {
            int run = (sbyte)piece[at];
            int taken = run >= 0 ? run + 2 : run == -128 ? 1 : 2;
            if (at + taken > piece.Length) break;
            count += run >= 0 ? run + 1 : run == -128 ? 0 : 1 - run;
            at += taken;
        }

        return count;
    }

    // The stream's checksum is read behind the last byte.
    private static long Inflate(ReadOnlySpan<byte> piece, long enough)
    {
        long count = 0;
        try
        {
            using var stream = new ZLibStream(new MemoryStream(piece.ToArray()), CompressionMode.Decompress);
            var buffer = new byte[16 << 10];
            for (int read; count <= enough && (read = stream.Read(buffer)) > 0;) count += read;
            return count;
        }
        catch (InvalidDataException)
        {
            return Math.Min(count, enough - 1);
        }
    }

    // The strips or tiles of a page: how many, one above the other, and the bytes of one when it is unpacked.
    private readonly record struct Pieces(bool AreTiles, long Count, long Down, long Rows, long RowBytes)
    {
        public static Pieces Of(ReadOnlySpan<byte> tiff, TiffDirectory page)
        {
            bool areTiles = page.Count(tiff, TileOffsets) > 0;
            long width = page.Number(tiff, Width, 0), height = page.Number(tiff, Height, 0), samples = page.Number(tiff, Samples, 1);
            long columns = Math.Max(1, areTiles ? page.Number(tiff, TileWidth, 0) : width), planes = page.Number(tiff, Planes, 1) == 1 ? 1 : samples;
            long rows = Math.Max(1, areTiles ? page.Number(tiff, TileHeight, 0) : Math.Min(page.Number(tiff, RowsPerStrip, height), height));
            long down = (height + rows - 1) / rows, across = (width + columns - 1) / columns;
            long rowBytes = (columns * page.Number(tiff, Bits, 1) * (planes == 1 ? samples : 1) + 7) / 8;
            return new Pieces(areTiles, down * across * planes, down, rows, rowBytes);
        }
    }
}
