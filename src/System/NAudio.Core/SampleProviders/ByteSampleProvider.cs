namespace NAudio.Wave.SampleProviders;

/// <summary>Turns little-endian bytes into samples, each of so many bytes.</summary>
internal sealed class ByteSampleProvider(IWaveProvider source, int width, Func<byte[], int, float> convert) : ISampleProvider
{
    byte[] bytes = [];

    public WaveFormat WaveFormat { get; } = WaveFormat.CreateIeeeFloatWaveFormat(source.WaveFormat.SampleRate, source.WaveFormat.Channels);

    public int Read(float[] buffer, int offset, int count)
    {
        int wanted = checked(count * width);
        if (bytes.Length < wanted) bytes = new byte[wanted];
        int samples = source.Read(bytes, 0, wanted) / width;
        for (int n = 0; n < samples; n++) buffer[offset + n] = convert(bytes, n * width);
        return samples;
    }
}
