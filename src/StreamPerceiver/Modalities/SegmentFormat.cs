using System.Buffers.Binary;

namespace StreamPerceiver.Modalities;

/// <summary>A format of segments: of video, of sound, or of both.</summary>
/// <param name="Reader">The name of its reader in libavformat. No other reader is tried on a payload.</param>
/// <param name="MediaTypes">Its media types, in lower case.</param>
/// <param name="HasTimes">Whether it states the times or the rate of its pictures.</param>
internal sealed record SegmentFormat(string Reader, IReadOnlyList<string> MediaTypes, bool HasTimes = true)
{
    private const int TsPacket = 188;
    private const byte TsSync = 0x47;

    /// <summary>ISO base media: MP4, fragmented MP4 and QuickTime.</summary>
    public static readonly SegmentFormat Mp4 = new("mov", ["video/mp4", "video/quicktime"]);

    /// <summary>MPEG transport stream.</summary>
    public static readonly SegmentFormat Ts = new("mpegts", ["video/mp2t"]);

    /// <summary>WebM and Matroska.</summary>
    public static readonly SegmentFormat Matroska = new("matroska", ["video/webm", "video/x-matroska", "video/matroska"]);

    /// <summary>Audio Video Interleave.</summary>
    public static readonly SegmentFormat Avi = new("avi", ["video/x-msvideo", "video/avi", "video/vnd.avi"]);

    /// <summary>All formats, with H.264 and H.265 without a container (annex B of both).</summary>
    public static IReadOnlyList<SegmentFormat> All { get; } =
        [Mp4, Ts, Matroska, Avi, new("h264", ["video/h264"], HasTimes: false), new("hevc", ["video/h265"], HasTimes: false)];

    /// <summary>Finds the format of a media type. Returns null for any other.</summary>
    public static SegmentFormat? Of(string mediaType) => All.FirstOrDefault(format => format.MediaTypes.Contains(mediaType));

    /// <summary>Finds by the structure of a payload that its end is missing. Returns what is wrong, or null where nothing shows.</summary>
    public string? FindCut(ReadOnlySpan<byte> payload)
    {
        long end = this == Mp4 ? EndOfBoxes(payload) : this == Matroska ? EndOfElements(payload) : this == Avi ? EndOfRiff(payload) : 0;
        if (end > payload.Length) return $"its {payload.Length} bytes are not the {end} that it states: it is cut off";
        bool isTs = this == Ts && payload.Length > TsPacket && payload[0] == TsSync && payload[TsPacket] == TsSync;
        return isTs && payload.Length % TsPacket is > 0 and var rest ? $"its last packet has {rest} bytes, expected {TsPacket}: it is cut off" : null;
    }

    // ISO/IEC 14496-12, 4.2: a size of 32 bits; 1 stands for a size of 64 bits behind the name, 0 for all that follows.
    private static long EndOfBoxes(ReadOnlySpan<byte> payload)
    {
        long at = 0;
        while (at + 8 <= payload.Length)
        {
            ReadOnlySpan<byte> box = payload[(int)at..];
            long size = BinaryPrimitives.ReadUInt32BigEndian(box);
            if (size == 1 && box.Length >= 16) size = BinaryPrimitives.ReadInt64BigEndian(box[8..]);
            if (size < 8) return 0;
            at = size > long.MaxValue - at ? long.MaxValue : at + size;
        }

        return at;
    }

    // RFC 8794: an identifier and a size, each with its own length; a size of ones stands for all that follows.
    private static long EndOfElements(ReadOnlySpan<byte> payload)
    {
        long at = 0;
        while (at < payload.Length)
        {
            ReadOnlySpan<byte> element = payload[(int)at..];
            int name = LengthOf(element[0]), length = name < element.Length ? LengthOf(element[name]) : 9;
            if (name > 4 || length > 8 || name + length > element.Length) return 0;
            long size = element[name] & ((1 << (8 - length)) - 1);
            for (int i = 1; i < length; i++) size = (size << 8) | element[name + i];
            if (size == (1L << (7 * length)) - 1) return 0;
            at += name + length + size;
        }

        return at;

        static int LengthOf(byte first) => int.LeadingZeroCount(first) - 24 + 1;
    }

    private static long EndOfRiff(ReadOnlySpan<byte> payload)
        => payload.Length >= 12 && payload.StartsWith("RIFF"u8) ? 8L + BinaryPrimitives.ReadUInt32LittleEndian(payload[4..]) : 0;
}
