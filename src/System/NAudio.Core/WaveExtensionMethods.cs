using NAudio.Wave.SampleProviders;

namespace NAudio.Wave;

/// <summary>From bytes to samples, and from two channels to one.</summary>
public static class WaveExtensionMethods
{
    /// <summary>PCM of 8, 16, 24 or 32 bits and IEEE floats of 32; not WAVE_FORMAT_EXTENSIBLE, which has to be said in plain terms first.</summary>
    public static ISampleProvider ToSampleProvider(this IWaveProvider waveProvider)
    {
        ArgumentNullException.ThrowIfNull(waveProvider);
        WaveFormat format = waveProvider.WaveFormat;
        return (format.Encoding, format.BitsPerSample) switch
        {
            (WaveFormatEncoding.Pcm, 8) => new ByteSampleProvider(waveProvider, 1, static (b, i) => b[i] / 128f - 1f),
            (WaveFormatEncoding.Pcm, 16) => new ByteSampleProvider(waveProvider, 2, static (b, i) => BitConverter.ToInt16(b, i) / 32768f),
            (WaveFormatEncoding.Pcm, 24) => new ByteSampleProvider(waveProvider, 3, static (b, i) => (b[i] | b[i + 1] << 8 | (sbyte)b[i + 2] << 16) / 8388608f),
            (WaveFormatEncoding.Pcm, 32) => new ByteSampleProvider(waveProvider, 4, static (b, i) => BitConverter.ToInt32(b, i) / 2147483648f),
            (WaveFormatEncoding.Pcm, _) => throw new InvalidOperationException("Unsupported bit depth"),
            (WaveFormatEncoding.IeeeFloat, 64) => new ByteSampleProvider(waveProvider, 8, static (b, i) => (float)BitConverter.ToDouble(b, i)),
            (WaveFormatEncoding.IeeeFloat, _) => new ByteSampleProvider(waveProvider, 4, static (b, i) => BitConverter.ToSingle(b, i)),
            _ => throw new ArgumentException("Unsupported source encoding"),
        };
    }

    public static ISampleProvider ToMono(this ISampleProvider sourceProvider, float leftVol = 0.5f, float rightVol = 0.5f)
    {
        ArgumentNullException.ThrowIfNull(sourceProvider);
        return sourceProvider.WaveFormat.Channels == 1
            ? sourceProvider
            : new StereoToMonoSampleProvider(sourceProvider) { LeftVolume = leftVol, RightVolume = rightVol };
    }
}
