using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace StreamPerceiver.Outputs.Dense;

/// <summary>Writes sound of one channel as a WAV file (RIFF).</summary>
internal static class WavFile
{
    /// <summary>The content type of a file of 16-bit samples.</summary>
    public const string Pcm16 = "audio/wav";

    /// <summary>The content type of a file of 32-bit floats, which keeps every number.</summary>
    public const string Float32 = "audio/wav;format=f32";

    private const int PcmHeader = 44;
    private const int FloatHeader = 58; // a format chunk of 18 bytes, and a fact chunk, as the standard asks for any other format than PCM

    /// <summary>Counts the bytes of a file.</summary>
    /// <param name="samples">The number of its samples.</param>
    /// <param name="contentType"><see cref="Pcm16"/> or <see cref="Float32"/>.</param>
    public static long BytesOf(long samples, string contentType)
        => contentType == Pcm16 ? PcmHeader + samples * sizeof(short) : FloatHeader + samples * sizeof(float);

    /// <summary>
    /// Writes samples as a file. Of 16 bits, a sample becomes the nearest multiple of 1/32,768, and of two equally near ones the even one. What lies beyond
    /// -1 to 32,767/32,768 becomes the nearest of these.
    /// </summary>
    /// <param name="samples">The samples, -1 to 1.</param>
    /// <param name="rateHz">Samples a second.</param>
    /// <param name="contentType"><see cref="Pcm16"/> or <see cref="Float32"/>.</param>
    public static byte[] Encode(ReadOnlySpan<float> samples, int rateHz, string contentType)
    {
        bool isFloat = contentType == Float32;
        int width = isFloat ? sizeof(float) : sizeof(short), start = isFloat ? FloatHeader : PcmHeader;
        var file = new byte[start + samples.Length * width];
        var at = new Writer(file);
        at.Text("RIFF"u8);
        at.Number(file.Length - 8);
        at.Text("WAVEfmt "u8);
        at.Number(isFloat ? 18 : 16);
        at.Short(isFloat ? 3 : 1);
        at.Short(1);
        at.Number(rateHz);
        at.Number(rateHz * width);
        at.Short(width);
        at.Short(8 * width);
        if (isFloat)
        {
            at.Short(0);
            at.Text("fact"u8);
            at.Number(4);
            at.Number(samples.Length);
        }

        at.Text("data"u8);
        at.Number(samples.Length * width);
        if (isFloat) MemoryMarshal.AsBytes(samples).CopyTo(file.AsSpan(start));
        else foreach (float sample in samples) at.Short((int)Math.Clamp(MathF.Round(sample * 32768), short.MinValue, short.MaxValue));
        return file;
    }

    private ref struct Writer(Span<byte> rest)
    {
        private Span<byte> _rest = rest;

        public void Text(ReadOnlySpan<byte> text)
        {
            text.CopyTo(_rest);
            _rest = _rest[text.Length..];
        }

        public void Number(int number)
        {
            BinaryPrimitives.WriteInt32LittleEndian(_rest, number);
            _rest = _rest[sizeof(int)..];
        }

        public void Short(int number)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(_rest, (ushort)number);
            _rest = _rest[sizeof(short)..];
        }
    }
}
