namespace NAudio.Wave.SampleProviders;

/// <summary>Mixes two channels into one.</summary>
public class StereoToMonoSampleProvider : ISampleProvider
{
    readonly ISampleProvider source;
    float[] stereo = [];

    public StereoToMonoSampleProvider(ISampleProvider sourceProvider)
    {
        ArgumentNullException.ThrowIfNull(sourceProvider);
        if (sourceProvider.WaveFormat.Channels != 2) throw new ArgumentException("Source must be stereo");
        source = sourceProvider;
        WaveFormat = WaveFormat.CreateIeeeFloatWaveFormat(sourceProvider.WaveFormat.SampleRate, 1);
    }

    public float LeftVolume { get; set; } = 0.5f;

    public float RightVolume { get; set; } = 0.5f;

    public WaveFormat WaveFormat { get; }

    public int Read(float[] buffer, int offset, int count)
    {
        int wanted = checked(count * 2);
        if (stereo.Length < wanted) stereo = new float[wanted];
        int frames = source.Read(stereo, 0, wanted) / 2;
        for (int n = 0; n < frames; n++) buffer[offset + n] = stereo[2 * n] * LeftVolume + stereo[2 * n + 1] * RightVolume;
        return frames;
    }
}
