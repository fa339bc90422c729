using System.Text;

namespace StreamPerceiver.System.Tests.Sound;

/// <summary>Makes WAV files chunk by chunk, right ones and wrong ones.</summary>
static class Wav
{
    public static byte[] File(params byte[][] chunks)
    {
        byte[] body = [.. "WAVE"u8, .. chunks.SelectMany(c => c)];
        return [.. "RIFF"u8, .. BitConverter.GetBytes(body.Length), .. body];
    }

    /// <summary>A chunk; its length may be a lie. The padding byte is there when it should be.</summary>
    public static byte[] Chunk(string id, byte[] body, uint? length = null) =>
        [.. Encoding.ASCII.GetBytes(id), .. BitConverter.GetBytes(length ?? (uint)body.Length), .. body, .. new byte[body.Length % 2]];

    public static byte[] Data(params byte[] bytes) => Chunk("data", bytes);

    public static byte[] Format(int tag, int channels, int rate, int bits, byte[]? rest = null) =>
        Format(tag, channels, rate, bits, channels * bits / 8, rest);

    public static byte[] Format(int tag, int channels, int rate, int bits, int block, byte[]? rest) => Chunk("fmt ",
    [
        .. BitConverter.GetBytes((ushort)tag), .. BitConverter.GetBytes((ushort)channels), .. BitConverter.GetBytes(rate),
        .. BitConverter.GetBytes(rate * block), .. BitConverter.GetBytes((ushort)block), .. BitConverter.GetBytes((ushort)bits), .. rest ?? [],
    ]);

    public static byte[] Shorts(params short[] values) => values.SelectMany(BitConverter.GetBytes).ToArray();
}
