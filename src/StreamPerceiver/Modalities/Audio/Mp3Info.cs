using System.Buffers.Binary;

namespace StreamPerceiver.Modalities.Audio;

/// <summary>What encoders write into a first frame without sound: Xing's count of frames, and LAME's delay and checksum.</summary>
/// <param name="Frames">The number of frames behind it; 0 where it is not given.</param>
/// <param name="Delay">Samples that the encoder put before the sound.</param>
/// <param name="Padding">Samples that it put behind the sound.</param>
/// <param name="SoundBytes">Bytes of all frames with this one; 0 where the checksum is not given.</param>
/// <param name="SoundChecksum">The checksum of the frames behind this one.</param>
internal readonly record struct Mp3Info(long Frames, int Delay, int Padding, long SoundBytes, ushort SoundChecksum)
{
    private const int LameBytes = 36;

    private static readonly ushort[] ChecksumTable = [.. Enumerable.Range(0, 256).Select(ChecksumOfByte)];

    /// <summary>Reads a first frame. Returns null where it holds sound, as every frame of layers I and II does.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="sideBytes">Bytes between its header and the place of the count; 0 where it is not of layer III.</param>
    public static Mp3Info? Read(ReadOnlySpan<byte> frame, int sideBytes)
    {
        const int VbriOffset = 36;
        if (sideBytes == 0) return null;
        if (frame.Length >= VbriOffset + 18 && frame[VbriOffset..].StartsWith("VBRI"u8))
            return new Mp3Info(BinaryPrimitives.ReadUInt32BigEndian(frame[(VbriOffset + 14)..]), 0, 0, 0, 0);
        int at = 4 + sideBytes;
        if (frame.Length < at + 8 || !(frame[at..].StartsWith("Xing"u8) || frame[at..].StartsWith("Info"u8))) return null;
        uint has = BinaryPrimitives.ReadUInt32BigEndian(frame[(at + 4)..]);
        int end = at + 8 + ((has & 1) != 0 ? 4 : 0) + ((has & 2) != 0 ? 4 : 0) + ((has & 4) != 0 ? 100 : 0) + ((has & 8) != 0 ? 4 : 0);
        if (frame.Length < end) return null;
        long frames = (has & 1) != 0 ? BinaryPrimitives.ReadUInt32BigEndian(frame[(at + 8)..]) : 0;
        ReadOnlySpan<byte> lame = frame[end..];
        if (lame.Length < LameBytes || !(lame.StartsWith("LAME"u8) || lame.StartsWith("Lavf"u8) || lame.StartsWith("Lavc"u8)))
            return new Mp3Info(frames, 0, 0, 0, 0);

        // 12 bits of delay and 12 of padding; the length and its checksum; the checksum of this frame up to here, of which ffmpeg takes another part.
        int delays = lame[21] << 16 | lame[22] << 8 | lame[23];
        bool isWhole = lame.StartsWith("Lav"u8) || Checksum(frame[..(end + LameBytes - 2)]) == BinaryPrimitives.ReadUInt16BigEndian(lame[34..]);
        long bytes = isWhole ? BinaryPrimitives.ReadUInt32BigEndian(lame[28..]) : 0;
        return new Mp3Info(frames, delays >> 12, delays & 0xFFF, bytes, BinaryPrimitives.ReadUInt16BigEndian(lame[32..]));
    }

    /// <summary>Computes LAME's checksum: the CRC of 16 bits with the polynomial 8005, lowest bit first, that begins with 0.</summary>
    public static ushort Checksum(ReadOnlySpan<byte> bytes)
    {
        int sum = 0;
        foreach (byte value in bytes) sum = (sum >> 8) ^ ChecksumTable[(sum ^ value) & 0xFF];
        return (ushort)sum;
    }

    private static ushort ChecksumOfByte(int value)
    {
        int sum = value;
        for (int bit = 0; bit < 8; bit++) sum = (sum >> 1) ^ ((sum & 1) * 0xA001);
        return (ushort)sum;
    }
}
