using System.Buffers.Binary;
using Google.Protobuf;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Schemas.Protobuf;

/// <summary>
/// Reads the fields of a message in Protobuf's binary form. Nothing is allocated by a length that the payload states. Every problem of the payload is thrown
/// as <see cref="BadPayloadException"/>.
/// </summary>
/// <param name="payload">The message.</param>
internal ref struct ProtobufInput(ReadOnlySpan<byte> payload)
{
    private const int LongestNumber = 10;
    private const int WireBits = 3;

    private ReadOnlySpan<byte> _rest = payload;

    /// <summary>The bytes that are not read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>Reads the number and the form of the next field. Returns false at the end of the message.</summary>
    public bool ReadTag(out int field, out WireFormat.WireType wire)
    {
        (field, wire) = (0, default);
        if (_rest.IsEmpty) return false;
        ulong tag = ReadVarint();
        (field, wire) = ((int)(tag >> WireBits), (WireFormat.WireType)(tag & ((1 << WireBits) - 1)));
        if (tag > uint.MaxValue || field == 0) throw Bad("there is an invalid tag in it");
        if (wire is WireFormat.WireType.StartGroup or WireFormat.WireType.EndGroup) throw Bad("there is a group in it, expected none");
        return true;
    }

    /// <summary>Reads a whole number: 7 bits a byte, the lowest first. Bits above the 64th are dropped.</summary>
    public ulong ReadVarint()
    {
        ulong bits = 0;
        for (int i = 0; i < LongestNumber; i++)
        {
            if (i == _rest.Length) throw Ends();
            bits |= (ulong)(_rest[i] & 0x7F) << (7 * i);
            if ((_rest[i] & 0x80) != 0) continue;
            _rest = _rest[(i + 1)..];
            return bits;
        }

        throw Bad("there is a malformed varint in it");
    }

    /// <summary>Reads 4 bytes.</summary>
    public uint ReadFixed32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    /// <summary>Reads 8 bytes.</summary>
    public ulong ReadFixed64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    /// <summary>Takes bytes behind their own length.</summary>
    public ReadOnlySpan<byte> TakeCounted()
    {
        ulong count = ReadVarint();
        return (long)count < 0 ? throw Bad("there is a negative size in it") : count > (ulong)_rest.Length ? throw Ends() : Take((int)count);
    }

    /// <summary>Passes over a field.</summary>
    public void Skip(WireFormat.WireType wire)
    {
        switch (wire)
        {
            case WireFormat.WireType.Varint: ReadVarint(); break;
            case WireFormat.WireType.Fixed32: ReadFixed32(); break;
            case WireFormat.WireType.Fixed64: ReadFixed64(); break;
            case WireFormat.WireType.LengthDelimited: TakeCounted(); break;
            default: throw Bad("there is an invalid tag in it");
        }
    }

    private static BadPayloadException Bad(string problem) => new(RejectionReason.Undecodable, problem);

    private static BadPayloadException Ends() => Bad("it ended unexpectedly, within a field");

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length) throw Ends();
        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
