using System.IO.Hashing;

namespace StreamPerceiver.Mcap;

/// <summary>Writes to a stream, and knows the position and the checksum of what was written.</summary>
internal sealed class HashedOutput(Stream stream)
{
    private readonly Crc32 _crc = new();

    /// <summary>Bytes that were written.</summary>
    public ulong Position { get; private set; }

    /// <summary>CRC-32 of the bytes since the beginning or the last <see cref="RestartCrc"/>.</summary>
    public uint Crc => _crc.GetCurrentHashAsUInt32();

    /// <summary>Begins a new checksum.</summary>
    public void RestartCrc() => _crc.Reset();

    /// <summary>Writes bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        stream.Write(bytes);
        _crc.Append(bytes);
        Position += (ulong)bytes.Length;
    }

    /// <summary>Hands over all bytes to the operating system.</summary>
    public void Flush() => stream.Flush();
}
