using System.IO.Hashing;
using System.Numerics;
using System.Runtime.InteropServices;
using K4os.Compression.LZ4;
using K4os.Compression.LZ4.Streams;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace StreamPerceiver.Mcap;

/// <summary>How a writer compresses chunks.</summary>
public enum McapCompression
{
    /// <summary>Chunks are not compressed.</summary>
    None,

    /// <summary>LZ4 frames: fast.</summary>
    Lz4,

    /// <summary>Zstandard: small.</summary>
    Zstd,
}

/// <summary>Compresses the records of chunks, and decompresses them within a limit.</summary>
internal static class ChunkCompression
{
    private const long FirstBytes = 1 << 16;
    private const long UsualRatio = 16;

    /// <summary>The name of a compression in a file.</summary>
    public static string NameOf(McapCompression compression) => compression switch
    {
        McapCompression.Lz4 => "lz4",
        McapCompression.Zstd => "zstd",
        _ => "",
    };

    /// <summary>Compresses the records of a chunk.</summary>
    public static ReadOnlyMemory<byte> Compress(McapCompression compression, ReadOnlyMemory<byte> records)
    {
        switch (compression)
        {
            case McapCompression.Lz4:
                using (var packed = new MemoryStream())
                {
                    using (LZ4EncoderStream encoder = LZ4Stream.Encode(packed, LZ4Level.L00_FAST, leaveOpen: true)) encoder.Write(records.Span);
                    return packed.ToArray();
                }

            case McapCompression.Zstd:
                using (var compressor = new Compressor()) return compressor.Wrap(records.Span).ToArray();
            default: return records;
        }
    }

    /// <summary>Decompresses the records of a chunk, and checks their length and checksum.</summary>
    /// <param name="chunk">The chunk.</param>
    /// <param name="offset">Its offset, for messages.</param>
    /// <param name="mostBytes">The most bytes that the records may have.</param>
    /// <exception cref="McapException">The compression is unknown, the records are damaged, or too large.</exception>
    public static ReadOnlyMemory<byte> Decompress(McapChunk chunk, long offset, long mostBytes)
    {
        ReadOnlyMemory<byte> records = Unpacked(chunk, offset, mostBytes, isWhole: true);
        if ((ulong)records.Length != chunk.UncompressedSize)
            throw Wrong(offset, $"its records have {records.Length} bytes, expected the {chunk.UncompressedSize} that it states");
        if (chunk.UncompressedCrc != 0 && Crc32.HashToUInt32(records.Span) is var crc && crc != chunk.UncompressedCrc)
            throw Wrong(offset, $"its records have the checksum {crc:x8}, expected {chunk.UncompressedCrc:x8}");
        return records;
    }

    /// <summary>Decompresses the records of a chunk that is cut off, as far as they go. Nothing can be checked.</summary>
    /// <exception cref="McapException">The compression is unknown, or the records are too large.</exception>
    public static ReadOnlyMemory<byte> DecompressBeginning(McapChunk chunk, long offset, long mostBytes) => Unpacked(chunk, offset, mostBytes, isWhole: false);

    private static ReadOnlyMemory<byte> Unpacked(McapChunk chunk, long offset, long mostBytes, bool isWhole)
    {
        if (chunk.UncompressedSize > (ulong)Math.Min(mostBytes, Array.MaxLength))
            throw Wrong(offset, $"it states {chunk.UncompressedSize} bytes of records, expected at most {mostBytes}");
        return chunk.Compression switch
        {
            "" => chunk.Records,
            "lz4" => Unpacked(chunk, offset, isWhole, packed => LZ4Stream.Decode(packed, interactive: true)),
            "zstd" => Unpacked(chunk, offset, isWhole, packed => OpenZstd(packed, mostBytes)),
            _ => throw Wrong(offset, $"its compression is '{chunk.Compression}', expected lz4, zstd or none"),
        };
    }

    // A frame states how much memory its decoder needs. 8 MiB is what every decoder has to give, and 128 MiB the most.
    private static DecompressionStream OpenZstd(Stream packed, long mostBytes)
    {
        var stream = new DecompressionStream(packed);
        stream.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, Math.Clamp(BitOperations.Log2((ulong)mostBytes) + 1, 23, 27));
        return stream;
    }

    // The memory grows with what is really there, so a chunk that states a large size and holds little costs little.
    private static ReadOnlyMemory<byte> Unpacked(McapChunk chunk, long offset, bool isWhole, Func<Stream, Stream> open)
    {
        int size = (int)chunk.UncompressedSize;
        byte[] records = new byte[Math.Min(size, FirstBytes + (UsualRatio * chunk.Records.Length))];
        int length = 0;
        try
        {
            MemoryMarshal.TryGetArray(chunk.Records, out ArraySegment<byte> packed);
            using Stream unpacked = open(new MemoryStream(packed.Array!, packed.Offset, packed.Count, writable: false));
            while (true)
            {
                if (length == records.Length)
                {
                    if (length == size && unpacked.ReadByte() < 0) return records;
                    if (length == size) throw Wrong(offset, $"its records have more than the {size} bytes that it states");
                    Array.Resize(ref records, (int)Math.Min(2L * records.Length, size));
                }

                int read = unpacked.Read(records, length, records.Length - length);
                if (read == 0) return records.AsMemory(0, length);
                length += read;
            }
        }
        catch (Exception e) when (e is not McapException and not OutOfMemoryException)
        {
            if (!isWhole) return records.AsMemory(0, length);
            throw new McapException($"chunk at byte {offset}: its records are no {chunk.Compression}: {e.Message}", e);
        }
    }

    private static McapException Wrong(long offset, string problem) => new($"chunk at byte {offset}: {problem}");
}
