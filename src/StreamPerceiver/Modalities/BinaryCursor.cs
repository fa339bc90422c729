using System.Buffers;
using System.Buffers.Binary;
using System.Text.Unicode;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities;

/// <summary>Reads big-endian numbers and spans of bytes. A payload that ends too early is thrown as <see cref="BadPayloadException"/>.</summary>
/// <param name="format">The name of the format, for messages.</param>
/// <param name="bytes">The payload.</param>
internal ref struct BinaryCursor(string format, ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    /// <summary>Whether all bytes were read.</summary>
    public readonly bool IsAtEnd => _at == _bytes.Length;

    /// <summary>The next byte, which stays to be read.</summary>
    public readonly byte Next => IsAtEnd ? throw CutOff() : _bytes[_at];

    /// <summary>Reads a byte.</summary>
    public byte ReadByte() => Take(1)[0];

    /// <summary>Reads a whole number of 1, 2, 4 or 8 bytes.</summary>
    public ulong ReadUnsigned(int bytes) => bytes switch
    {
        1 => ReadByte(),
        2 => BinaryPrimitives.ReadUInt16BigEndian(Take(2)),
        4 => BinaryPrimitives.ReadUInt32BigEndian(Take(4)),
        _ => BinaryPrimitives.ReadUInt64BigEndian(Take(8)),
    };

    /// <summary>Reads a float of 2, 4 or 8 bytes.</summary>
    public double ReadFloat(int bytes) => bytes switch
    {
        2 => (double)BinaryPrimitives.ReadHalfBigEndian(Take(2)),
        4 => BinaryPrimitives.ReadSingleBigEndian(Take(4)),
        _ => BinaryPrimitives.ReadDoubleBigEndian(Take(8)),
    };

    /// <summary>Takes bytes.</summary>
    public ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)(_bytes.Length - _at)) throw CutOff();
        ReadOnlySpan<byte> taken = _bytes.Slice(_at, (int)count);
        _at += taken.Length;
        return taken;
    }

    /// <summary>Returns the rejection of a payload for what is at the current place.</summary>
    public readonly BadPayloadException Bad(string why) => new(RejectionReason.Undecodable, $"not {format}: {why} at byte {_at}");

    /// <summary>Copies a text in UTF-8. Returns its length in characters.</summary>
    public readonly int CopyText(ReadOnlySpan<byte> utf8, scoped Span<char> target)
        => Utf8.ToUtf16(utf8, target, out _, out int length, replaceInvalidSequences: false) == OperationStatus.Done
            ? length
            : throw Bad("a name or text in it is not UTF-8,");

    private readonly BadPayloadException CutOff() => Bad("it ends too early,");
}
