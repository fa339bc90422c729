using StreamPerceiver.Recordings.Ros;
using ZstdSharp;

namespace StreamPerceiver.Recordings.Import;

/// <summary>Undoes rosbag2's compression of single messages (<c>compression_mode: MESSAGE</c>).</summary>
internal static class MessageCompression
{
    private const ulong MostBytes = 256UL << 20;

    /// <summary>Returns a payload as it was before compression. A payload that is not compressed begins otherwise, and is returned as it is.</summary>
    /// <exception cref="RosException">It is damaged, or too large.</exception>
    public static ReadOnlyMemory<byte> Decompress(ReadOnlyMemory<byte> payload)
    {
        if (!payload.Span.StartsWith((ReadOnlySpan<byte>)[0x28, 0xb5, 0x2f, 0xfd])) return payload;
        try
        {
            ulong bytes = Decompressor.GetDecompressedSize(payload.Span);
            if (bytes > MostBytes) throw new RosException($"the message has {bytes} bytes before compression, expected at most {MostBytes}");
            using var decompressor = new Decompressor();
            return decompressor.Unwrap(payload.Span).ToArray();
        }
        catch (ZstdException e)
        {
            throw new RosException($"the compressed message is damaged: {e.Message}", e);
        }
    }
}
