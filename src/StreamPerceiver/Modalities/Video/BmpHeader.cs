namespace StreamPerceiver.Modalities.Video;

/// <summary>The header of a Windows bitmap.</summary>
internal static class BmpHeader
{
    private const int Uncompressed = 0;

    /// <summary>Reads the size. Of an uncompressed bitmap it also checks that all rows are there.</summary>
    public static PictureHeader Read(ReadOnlySpan<byte> bmp)
    {
        bool isOld = PictureHeader.LittleInt(bmp, 14) == 12;
        int width = isOld ? PictureHeader.LittleShort(bmp, 18) : PictureHeader.LittleInt(bmp, 18);
        int height = isOld ? PictureHeader.LittleShort(bmp, 20) : Math.Abs(Math.Max(PictureHeader.LittleInt(bmp, 22), -int.MaxValue)); // below 0: from the top
        int bits = PictureHeader.LittleShort(bmp, isOld ? 24 : 28), compression = isOld ? Uncompressed : PictureHeader.LittleInt(bmp, 30);
        long rows = ((long)width * bits + 31) / 32 * 4 * height, end = PictureHeader.LittleInt(bmp, 10) + rows;
        string? damage = compression == Uncompressed && end > bmp.Length
            ? $"{bmp.Length} bytes of image/bmp are not the {end} that its size needs: the picture is cut off"
            : null;
        return new PictureHeader(PictureFormat.Bmp, width, height) { Damage = damage };
    }
}
