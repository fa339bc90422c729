namespace NAudio.Wave;

/// <summary>A stream of bytes of sound with a known format.</summary>
public abstract class WaveStream : Stream, IWaveProvider
{
    public abstract WaveFormat WaveFormat { get; }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public virtual int BlockAlign => WaveFormat.BlockAlign;

    public virtual TimeSpan CurrentTime
    {
        get => Time(Position);
        set => Position = (long)(value.TotalSeconds * WaveFormat.AverageBytesPerSecond);
    }

    public virtual TimeSpan TotalTime => Time(Length);

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => Length + offset,
    };

    public override void SetLength(long length) => throw new NotSupportedException("A wave stream has the length it has");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("A wave stream is only read");

    TimeSpan Time(long bytes) => TimeSpan.FromSeconds((double)bytes / WaveFormat.AverageBytesPerSecond);
}
