using System.Buffers.Binary;

namespace StreamPerceiver.Modalities.Audio;

/// <summary>
/// A page of Ogg (RFC 3533, section 6): 27 bytes with the flags in the sixth, then the stream's number, the page's number, the checksum, and in the last byte
/// how many segments there are; then their lengths, then the segments.
/// </summary>
/// <param name="Start">Where in the payload it begins.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Flags">1 continues a packet, 2 begins a stream, 4 ends one.</param>
/// <param name="Stream">The number of its stream.</param>
/// <param name="Number">Its number in the stream.</param>
internal readonly record struct OggPage(int Start, int Length, byte Flags, uint Stream, uint Number)
{
    private const int HeaderBytes = 27;

    private static readonly uint[] ChecksumTable = [.. Enumerable.Range(0, 256).Select(ChecksumOfByte)];

    /// <summary>The bytes that a page begins with.</summary>
    public static ReadOnlySpan<byte> Signature => "OggS"u8;

    /// <summary>Whether the page begins a stream.</summary>
    public bool IsFirst => (Flags & 2) != 0;

    /// <summary>Whether the page ends a stream.</summary>
    public bool IsLast => (Flags & 4) != 0;

    /// <summary>Reads the page at a place. Returns null where none begins there, or it is cut off, or its checksum does not match.</summary>
    public static OggPage? At(ReadOnlySpan<byte> payload, int start)
        => AtUnchecked(payload, start) is { } page && page.IsWhole(payload) ? page : null;

    /// <summary>Reads the page at a place, without its checksum. Returns null where none begins there, or it is cut off.</summary>
    public static OggPage? AtUnchecked(ReadOnlySpan<byte> payload, int start)
    {
        ReadOnlySpan<byte> page = payload[start..];
        if (page.Length < HeaderBytes || !page.StartsWith(Signature)) return null;
        int length = HeaderBytes + page[26];
        foreach (byte segment in page[HeaderBytes..Math.Min(length, page.Length)]) length += segment;
        if (length > page.Length) return null;
        return new OggPage(
            start, length, page[5], BinaryPrimitives.ReadUInt32LittleEndian(page[14..]), BinaryPrimitives.ReadUInt32LittleEndian(page[18..]));
    }

    /// <summary>The number of frames up to the end of the page; less than 0 where no packet ends on it.</summary>
    public long Position(ReadOnlySpan<byte> payload) => BinaryPrimitives.ReadInt64LittleEndian(payload[(Start + 6)..]);

    /// <summary>Returns the segments of the page, in order.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Segments(ReadOnlyMemory<byte> payload)
    {
        ReadOnlyMemory<byte> page = payload.Slice(Start, Length);
        int count = page.Span[26], at = HeaderBytes + count;
        for (int i = 0; i < count; i++)
        {
            int length = page.Span[HeaderBytes + i];
            yield return page.Slice(at, length);
            at += length;
        }
    }

    /// <summary>Computes the CRC of 32 bits that begins with 0, highest bit first, of a page with 0 for the checksum itself.</summary>
    public static uint Checksum(ReadOnlySpan<byte> page)
    {
        uint sum = 0;
        for (int i = 0; i < page.Length; i++) sum = (sum << 8) ^ ChecksumTable[(sum >> 24) ^ (i is >= 22 and < 26 ? 0u : page[i])];
        return sum;
    }

    private bool IsWhole(ReadOnlySpan<byte> payload)
        => Checksum(payload.Slice(Start, Length)) == BinaryPrimitives.ReadUInt32LittleEndian(payload[(Start + 22)..]);

    private static uint ChecksumOfByte(int value)
    {
        uint sum = (uint)value << 24;
        for (int bit = 0; bit < 8; bit++) sum = (sum << 1) ^ ((sum >> 31) * 0x04C11DB7);
        return sum;
    }
}
