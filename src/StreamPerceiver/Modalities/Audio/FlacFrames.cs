using System.Numerics;

namespace StreamPerceiver.Modalities.Audio;

/// <summary>The headers of the frames of a FLAC stream (RFC 9639, section 9.1).</summary>
internal static class FlacFrames
{
    private static readonly int[] Rates = [0, 88_200, 176_400, 192_000, 8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000];

    /// <summary>Reads the header at the beginning of some bytes. Returns null where none begins there, or its checksum does not match.</summary>
    public static FlacFrame? First(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 6 || bytes[0] != 0xFF || (bytes[1] & 0xFE) != 0xF8) return null;
        int sizeCode = bytes[2] >> 4, rateCode = bytes[2] & 15;
        int numberBytes = bytes[4] < 0x80 ? 1 : BitOperations.LeadingZeroCount((uint)(byte)~bytes[4]) - 24;
        int at = 4 + numberBytes, rateAt = at + sizeCode switch { 6 => 1, 7 => 2, _ => 0 };
        int end = rateAt + rateCode switch { 12 => 1, 13 or 14 => 2, _ => 0 };
        if (sizeCode == 0 || rateCode == 15 || (numberBytes > 1 && bytes[4] < 0xC0) || numberBytes > 7) return null;
        if (end >= bytes.Length || Checksum(bytes[..end]) != bytes[end]) return null;
        long number = numberBytes == 1 ? bytes[4] : bytes[4] & (0x7F >> numberBytes);
        for (int i = 5; i < at; i++) number = number << 6 | (uint)bytes[i] & 0x3F;
        int samples = sizeCode switch
        {
            1 => 192,
            <= 5 => 576 << (sizeCode - 2),
            6 => bytes[at] + 1,
            7 => (bytes[at] << 8 | bytes[at + 1]) + 1,
            _ => 256 << (sizeCode - 8),
        };
        int rate = rateCode switch
        {
            12 => bytes[rateAt] * 1000,
            13 => bytes[rateAt] << 8 | bytes[rateAt + 1],
            14 => (bytes[rateAt] << 8 | bytes[rateAt + 1]) * 10,
            _ => Rates[rateCode],
        };
        return new FlacFrame((bytes[1] & 1) != 0, number, samples, rate);
    }

    /// <summary>
    /// Counts the samples of a stream whose own header leaves their number out, by the headers of frames that are numbered one after the other.
    /// </summary>
    /// <param name="frames">The frames.</param>
    public static long Count(ReadOnlySpan<byte> frames)
    {
        long samples = 0, blocks = 0;
        long? first = null;
        for (int at = 0; at + 6 <= frames.Length; at++)
        {
            int next = frames[at..].IndexOf((byte)0xFF);
            if (next < 0) break;
            at += next;
            if (First(frames[at..]) is not { } header) continue;
            first ??= header.Number;
            if (header.Number - first != (header.IsNumberOfSample ? samples : blocks)) continue;
            samples += header.Samples;
            blocks++;
        }

        return samples;
    }

    // The CRC of 8 bits with the polynomial 7.
    private static byte Checksum(ReadOnlySpan<byte> bytes)
    {
        int sum = 0;
        foreach (byte value in bytes)
        {
            sum ^= value;
            for (int bit = 0; bit < 8; bit++) sum = (sum << 1) ^ ((sum & 0x80) != 0 ? 0x107 : 0);
        }

        return (byte)sum;
    }
}

/// <summary>The header of a FLAC frame.</summary>
/// <param name="IsNumberOfSample">Whether it has the number of its first sample, and not its own.</param>
/// <param name="Number">That number.</param>
/// <param name="Samples">Samples of a channel.</param>
/// <param name="RateHz">Sample rate, in hertz; 0 where the stream's own header has it.</param>
internal readonly record struct FlacFrame(bool IsNumberOfSample, long Number, int Samples, int RateHz);
