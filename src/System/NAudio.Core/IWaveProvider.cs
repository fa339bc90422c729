namespace NAudio.Wave;

/// <summary>A source of bytes of sound; 0 bytes means the end.</summary>
public interface IWaveProvider
{
    WaveFormat WaveFormat { get; }

    int Read(byte[] buffer, int offset, int count);
}
