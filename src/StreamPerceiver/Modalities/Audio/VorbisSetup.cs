using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Audio;

/// <summary>
/// Bounds the memory that the codebooks of a Vorbis stream take (Vorbis I, section 3.2.1). A few kilobytes of headers can claim gigabytes of them, and the
/// library does not check whether it gets them.
/// </summary>
internal static class VorbisSetup
{
    /// <summary>Most numbers in all codebooks of a stream. Encoders' own have less than a tenth.</summary>
    public const int MostNumbers = 1 << 22;

    private const int SignatureBytes = 7; // 5, vorbis
    private const int Synchronisation = 0x564342;

    /// <summary>Checks the third packet of a stream.</summary>
    /// <exception cref="BadPayloadException">Its codebooks have more numbers than <see cref="MostNumbers"/>.</exception>
    public static void Check(ReadOnlySpan<byte> packet)
    {
        if (packet.Length <= SignatureBytes) return;
        var bits = new BitReader(packet[(SignatureBytes + 1)..]);
        long numbers = 0;
        for (int book = packet[SignatureBytes]; book >= 0 && bits.Read(24) == Synchronisation; book--)
        {
            long dimensions = bits.Read(16), entries = bits.Read(24);
            numbers += entries * Math.Max(1, dimensions);
            if (numbers > MostNumbers)
            {
                throw new BadPayloadException(
                    RejectionReason.Undecodable, $"the codebooks of its Vorbis stream have {numbers} numbers or more, expected at most {MostNumbers}");
            }

            SkipLengths(ref bits, entries);
            SkipValues(ref bits, dimensions, entries);
        }
    }

    private static void SkipLengths(ref BitReader bits, long entries)
    {
        if (bits.Read(1) == 1)
        {
            bits.Skip(5);
            for (long done = 0; done < entries && !bits.IsAtEnd;) done += bits.Read(BitsOf(entries - done));
        }
        else
        {
            bool isSparse = bits.Read(1) == 1;
            for (long entry = 0; entry < entries && !bits.IsAtEnd; entry++)
                if (!isSparse || bits.Read(1) == 1)
                    bits.Skip(5);
        }
    }

    private static void SkipValues(ref BitReader bits, long dimensions, long entries)
    {
        long kind = bits.Read(4);
        if (kind == 0 || dimensions == 0) return;
        bits.Skip(64);
        long width = bits.Read(4) + 1;
        bits.Skip(1);
        bits.Skip(width * (kind == 1 ? Root(entries, dimensions) : entries * dimensions));
    }

    // The greatest number whose power is not above a number.
    private static long Root(long number, long power)
    {
        long root = (long)Math.Pow(number, 1.0 / power);
        while (Math.Pow(root + 1, power) <= number) root++;
        while (root > 0 && Math.Pow(root, power) > number) root--;
        return root;
    }

    private static int BitsOf(long number) => 64 - System.Numerics.BitOperations.LeadingZeroCount((ulong)number);

    // Bits from the lowest of each byte on. Behind the end they are 0.
    private ref struct BitReader(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private long _at;

        public readonly bool IsAtEnd => _at >= 8L * _bytes.Length;

        public void Skip(long bits) => _at += bits;

        public long Read(int bits)
        {
            long value = 0;
            for (int i = 0; i < bits; i++, _at++)
                if (!IsAtEnd)
                    value |= (long)(_bytes[(int)(_at / 8)] >> (int)(_at % 8) & 1) << i;
            return value;
        }
    }
}
