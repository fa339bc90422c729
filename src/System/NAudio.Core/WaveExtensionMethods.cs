using System.Runtime.InteropServices;
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
            (WaveFormatEncoding.Pcm, 8) => new ByteSampleProvider(waveProvider, 1, Of8),
            (WaveFormatEncoding.Pcm, 16) => new ByteSampleProvider(waveProvider, 2, Of16),
            (WaveFormatEncoding.Pcm, 24) => new ByteSampleProvider(waveProvider, 3, Of24),
            (WaveFormatEncoding.Pcm, 32) => new ByteSampleProvider(waveProvider, 4, Of32),
            (WaveFormatEncoding.Pcm, _) => throw new InvalidOperationException("Unsupported bit depth"),
            (WaveFormatEncoding.IeeeFloat, 64) => new ByteSampleProvider(waveProvider, 8, OfDoubles),
            (WaveFormatEncoding.IeeeFloat, _) => new ByteSampleProvider(waveProvider, 4, static (b, s) => MemoryMarshal.Cast<byte, float>(b).CopyTo(s)),
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

    static void Of8(ReadOnlySpan<byte> bytes, Span<float> samples)
    {
        for (int n = 0; n < samples.Length; n++) samples[n] = bytes[n] / 128f - 1f;
    }

    static void Of16(ReadOnlySpan<byte> bytes, Span<float> samples)
    {
        ReadOnlySpan<short> values = MemoryMarshal.Cast<byte, short>(bytes);
        for (int n = 0; n < samples.Length; n++) samples[n] = values[n] / 32768f;
    }

    static void Of24(ReadOnlySpan<byte> bytes, Span<float> samples)
    {
        for (int n = 0; n < samples.Length; n++) samples[n] = (bytes[3 * n] | bytes[3 * n + 1] << 8 | (sbyte)bytes[3 * n + 2] << 16) / 8388608f;
    }

    static void Of32(ReadOnlySpan<byte> bytes, Span<float> samples)
    {
        ReadOnlySpan<int> values = MemoryMarshal.Cast<byte, int>(bytes);
        for (int n = 0; n < samples.Length; n++) samples[n] = values[n] / 2147483648f;
    }

    static void OfDoubles(ReadOnlySpan<byte> bytes, Span<float> samples)
    {
        ReadOnlySpan<double> values = MemoryMarshal.Cast<byte, double>(bytes);
        for (int n = 0; n < samples.Length; n++) samples[n] = (float)values[n];
    }
}
