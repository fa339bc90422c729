using System.Buffers.Binary;

namespace StreamPerceiver.Modalities.Video;

/// <summary>A directory of a TIFF file (TIFF 6.0, section 2). Exif data are one, too.</summary>
/// <param name="IsLittle">Whether numbers are little-endian.</param>
/// <param name="At">Its place.</param>
internal readonly record struct TiffDirectory(bool IsLittle, int At)
{
    private const int EntryBytes = 12;
    private const int Short = 3;
    private const int OrientationTag = 274;

    /// <summary>Finds the first directory. Returns null where there is none.</summary>
    public static TiffDirectory? First(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 8) return null;
        bool isLittle = tiff.StartsWith("II"u8);
        return isLittle || tiff.StartsWith("MM"u8) ? Place(tiff, new TiffDirectory(isLittle, 0).Long(tiff, 4), isLittle) : null;
    }

    /// <summary>Finds the directory behind this one. Returns null where there is none.</summary>
    public TiffDirectory? Next(ReadOnlySpan<byte> tiff)
    {
        int end = At + 2 + EntryBytes * Word(tiff, At);
        return end + 4 > tiff.Length ? null : Place(tiff, Long(tiff, end), IsLittle);
    }

    /// <summary>Counts the numbers of a tag; 0 where the tag is missing.</summary>
    public long Count(ReadOnlySpan<byte> tiff, int tag) => Find(tiff, tag) is { } entry ? Long(tiff, entry + 4) : 0;

    /// <summary>Reads a number of a tag, or the number that counts where the tag is missing.</summary>
    public long Number(ReadOnlySpan<byte> tiff, int tag, long missing, int index = 0)
    {
        if (Find(tiff, tag) is not { } entry) return missing;
        int size = Word(tiff, entry + 2) == Short ? 2 : 4;
        long at = Long(tiff, entry + 4) * size <= 4 ? entry + 8 : Long(tiff, entry + 8); // what takes more than four bytes stands elsewhere
        at = Math.Min(at + (long)index * size, tiff.Length);
        return size == 2 ? Word(tiff, (int)at) : Long(tiff, (int)at);
    }

    /// <summary>Reads the orientation, 1 to 8. What is not there or outside counts as 1.</summary>
    public int Orientation(ReadOnlySpan<byte> tiff) => Number(tiff, OrientationTag, 1) is >= 1 and <= 8 and var orientation ? (int)orientation : 1;

    /// <summary>Returns a copy of a file whose orientation is 1, because OpenCV turns a TIFF even where it is told not to.</summary>
    public static byte[] Upright(byte[] tiff)
    {
        if (First(tiff) is not { } directory || directory.Find(tiff, OrientationTag) is not { } entry) return tiff;
        byte[] copy = [.. tiff];
        (copy[entry + 8], copy[entry + 9]) = directory.IsLittle ? ((byte)1, (byte)0) : ((byte)0, (byte)1);
        return copy;
    }

    private static TiffDirectory? Place(ReadOnlySpan<byte> tiff, long at, bool isLittle)
        => at >= 8 && at + 2 <= tiff.Length ? new TiffDirectory(isLittle, (int)at) : null;

    private int? Find(ReadOnlySpan<byte> tiff, int tag)
    {
        int count = Word(tiff, At);
        for (int entry = At + 2; count > 0 && entry + EntryBytes <= tiff.Length; entry += EntryBytes, count--)
            if (Word(tiff, entry) == tag)
                return entry;
        return null;
    }

    private int Word(ReadOnlySpan<byte> tiff, int at)
        => IsLittle ? BinaryPrimitives.ReadUInt16LittleEndian(tiff.Slice(at, 2)) : BinaryPrimitives.ReadUInt16BigEndian(tiff.Slice(at, 2));

    private long Long(ReadOnlySpan<byte> tiff, int at)
        => IsLittle ? BinaryPrimitives.ReadUInt32LittleEndian(tiff.Slice(at, 4)) : BinaryPrimitives.ReadUInt32BigEndian(tiff.Slice(at, 4));
}
