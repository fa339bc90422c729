namespace StreamPerceiver.Recordings.Tests.Ros;

/// <summary>Writes CDR by hand: each number, and what aligns it.</summary>
/// <param name="isBigEndian">The byte order.</param>
/// <param name="isVersion2">Whether it is XCDR version 2.</param>
/// <param name="kind">The two bytes of the encapsulation; null: by the others.</param>
internal sealed class CdrBytes(bool isBigEndian, bool isVersion2, int? kind = null)
{
    private readonly List<byte> _bytes = [];

    public CdrBytes U8(byte value) => Raw(value);

    public CdrBytes U16(ushort value) => Number(BitConverter.GetBytes(value));

    public CdrBytes U32(uint value) => Number(BitConverter.GetBytes(value));

    public CdrBytes U64(ulong value) => Number(BitConverter.GetBytes(value));

    public CdrBytes F64(double value) => Number(BitConverter.GetBytes(value));

    public CdrBytes Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public CdrBytes Align(int size)
    {
        while (_bytes.Count % size != 0) _bytes.Add(0xee);
        return this;
    }

    public byte[] ToArray()
    {
        int header = kind ?? (isVersion2 ? 6 : 0) + (isBigEndian ? 0 : 1);
        return [(byte)(header >> 8), (byte)header, 0, 0, .. _bytes];
    }

    private CdrBytes Number(byte[] bytes) => Raw(isBigEndian ? [.. bytes.Reverse()] : bytes);
}
