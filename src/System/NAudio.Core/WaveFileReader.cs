namespace NAudio.Wave;

/// <summary>Reads the data of a WAV file. Length is what the data chunk claims: Read gives what there is.</summary>
public class WaveFileReader : WaveStream
{
    readonly Stream source;
    readonly bool ownsSource;
    readonly long start;
    readonly Lock gate = new();

    public WaveFileReader(string waveFile) : this(File.OpenRead(waveFile), true)
    {
    }

    public WaveFileReader(Stream inputStream) : this(inputStream, false)
    {
    }

    WaveFileReader(Stream stream, bool owned)
    {
        source = stream;
        ownsSource = owned;
        try
        {
            var header = new WaveHeader(stream);
            WaveFormat = header.Format;
            start = header.DataPosition;
            Length = header.DataLength;
            Rewind();
        }
        catch
        {
            if (owned) stream.Dispose();
            throw;
        }
    }

    public override WaveFormat WaveFormat { get; }

    public override long Length { get; }

    /// <summary>Frames, that is samples of one channel.</summary>
    public long SampleCount => WaveFormat.Encoding is WaveFormatEncoding.Pcm or WaveFormatEncoding.IeeeFloat or WaveFormatEncoding.Extensible
        ? Length / BlockAlign
        : throw new InvalidOperationException("Sample count is calculated only for the standard encodings");

    public override long Position
    {
        get => source.Position - start;
        set
        {
            lock (gate)
            {
                long position = Math.Min(value, Length);
                source.Position = start + position - position % WaveFormat.BlockAlign;
            }
        }
    }

    public override int Read(byte[] array, int offset, int count)
    {
        if (count % WaveFormat.BlockAlign != 0)
            throw new ArgumentException($"Must read complete blocks: requested {count}, block align is {WaveFormat.BlockAlign}");
        lock (gate)
        {
            return source.Read(array, offset, (int)Math.Min(count, Length - Position));
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && ownsSource) source.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>A format with blocks of no bytes fails here already, as it does in the package: DivideByZeroException.</summary>
    void Rewind() => Position = 0;
}
