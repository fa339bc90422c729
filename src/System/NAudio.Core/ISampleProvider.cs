namespace NAudio.Wave;

/// <summary>A source of samples between -1 and 1, channels interleaved; 0 samples means the end.</summary>
public interface ISampleProvider
{
    WaveFormat WaveFormat { get; }

    int Read(float[] buffer, int offset, int count);
}
