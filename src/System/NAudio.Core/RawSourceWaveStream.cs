namespace NAudio.Wave;

/// <summary>Says of bytes without a header which format they are in.</summary>
public class RawSourceWaveStream : WaveStream
{
    readonly Stream source;

    public RawSourceWaveStream(Stream sourceStream, WaveFormat waveFormat)
    {
        source = sourceStream;
        WaveFormat = waveFormat;
    }

    public RawSourceWaveStream(byte[] byteStream, int offset, int count, WaveFormat waveFormat)
        : this(new MemoryStream(byteStream, offset, count), waveFormat)
    {
    }

    public override WaveFormat WaveFormat { get; }

    public override long Length => source.Length;

    public override long Position
    {
        get => source.Position;
        set => source.Position = value - value % WaveFormat.BlockAlign;
    }

    public override int Read(byte[] buffer, int offset, int count) => source.Read(buffer, offset, count);
}
