namespace NAudio.Wave.SampleProviders;

/// <summary>Reads samples from bytes.</summary>
/// <param name="bytes">Whole samples, little-endian.</param>
/// <param name="samples">Room for as many.</param>
internal delegate void SampleReader(ReadOnlySpan<byte> bytes, Span<float> samples);

/// <summary>Turns little-endian bytes into samples, each of so many bytes.</summary>
internal sealed class ByteSampleProvider(IWaveProvider source, int width, SampleReader convert) : ISampleProvider
{
    byte[] bytes = [];

    public WaveFormat WaveFormat { get; } = WaveFormat.CreateIeeeFloatWaveFormat(source.WaveFormat.SampleRate, source.WaveFormat.Channels);

    public int Read(float[] buffer, int offset, int count)
    {
        int wanted = checked(count * width);
        if (bytes.Length < wanted) bytes = new byte[wanted];
        int samples = source.Read(bytes, 0, wanted) / width;
        convert(bytes.AsSpan(0, samples * width), buffer.AsSpan(offset, samples));
        return samples;
    }
}
