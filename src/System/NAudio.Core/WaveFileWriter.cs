namespace NAudio.Wave;

/// <summary>Writes a WAV file; the lengths in its header are right after Flush or Dispose, which closes the stream beneath.</summary>
public class WaveFileWriter : Stream
{
    readonly Stream target;
    readonly BinaryWriter writer;
    readonly long factPosition, dataSizePosition;
    long written;
    bool closed;

    public WaveFileWriter(Stream outStream, WaveFormat format)
    {
        target = outStream;
        WaveFormat = format;
        writer = new BinaryWriter(outStream);
        writer.Write("RIFF\0\0\0\0WAVEfmt "u8);
        format.Serialize(writer);
        if (HasFact)
        {
            writer.Write("fact\u0004\0\0\0"u8);
            factPosition = target.Position;
            writer.Write(0);
        }

        writer.Write("data"u8);
        dataSizePosition = target.Position;
        writer.Write(0);
    }

    public WaveFileWriter(string filename, WaveFormat format)
        : this(new FileStream(filename, FileMode.Create, FileAccess.Write, FileShare.Read), format) => Filename = filename;

    public string? Filename { get; }

    public WaveFormat WaveFormat { get; }

    public TimeSpan TotalTime => TimeSpan.FromSeconds((double)Length / WaveFormat.AverageBytesPerSecond);

    public override long Length => written;

    public override bool CanRead => false;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Position
    {
        get => written;
        set => throw new InvalidOperationException("Repositioning a WaveFileWriter is not supported");
    }

    bool HasFact => WaveFormat.Encoding != WaveFormatEncoding.Pcm && WaveFormat.BitsPerSample != 0;

    public override int Read(byte[] buffer, int offset, int count) => throw new InvalidOperationException("Cannot read from a WaveFileWriter");

    public override long Seek(long offset, SeekOrigin origin) => throw new InvalidOperationException("Cannot seek within a WaveFileWriter");

    public override void SetLength(long value) => throw new InvalidOperationException("Cannot set length of a WaveFileWriter");

    public override void Write(byte[] data, int offset, int count)
    {
        if (target.Length + count > uint.MaxValue) throw new ArgumentException("WAV file too large", nameof(count));
        target.Write(data, offset, count);
        written += count;
    }

    /// <summary>One sample between -1 and 1; not clipped.</summary>
    public void WriteSample(float sample)
    {
        if (WaveFormat.BitsPerSample == 16)
        {
            writer.Write((short)(short.MaxValue * sample));
        }
        else if (WaveFormat.BitsPerSample == 24)
        {
            int value = (int)(int.MaxValue * sample);
            writer.Write([(byte)(value >> 8), (byte)(value >> 16), (byte)(value >> 24)]);
        }
        else if (WaveFormat.Encoding == WaveFormatEncoding.IeeeFloat)
        {
            writer.Write(sample);
        }
        else
        {
            throw new InvalidOperationException("Only 16, 24 or 32 bit PCM or IEEE float audio data supported");
        }

        written += WaveFormat.BitsPerSample / 8;
    }

    public void WriteSamples(float[] samples, int offset, int count)
    {
        ArgumentNullException.ThrowIfNull(samples);
        for (int n = 0; n < count; n++) WriteSample(samples[offset + n]);
    }

    public override void Flush()
    {
        long position = target.Position;
        WriteLengths();
        target.Position = position;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !closed)
        {
            closed = true;
            try
            {
                WriteLengths();
            }
            finally
            {
                target.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    void WriteLengths()
    {
        PutAt(4, target.Length - 8);
        if (HasFact) PutAt(factPosition, written * 8 / (WaveFormat.BitsPerSample * WaveFormat.Channels));
        PutAt(dataSizePosition, written);
    }

    void PutAt(long position, long value)
    {
        writer.Flush();
        target.Position = position;
        writer.Write((uint)value);
    }
}
