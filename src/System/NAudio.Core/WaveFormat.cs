namespace NAudio.Wave;

/// <summary>What a WAV file says of its samples. Nothing is checked but the number of channels of a new format.</summary>
public class WaveFormat
{
    protected WaveFormatEncoding waveFormatTag;
    protected short channels;
    protected int sampleRate;
    protected int averageBytesPerSecond;
    protected short blockAlign;
    protected short bitsPerSample;
    protected short extraSize;

    public WaveFormat() : this(44100, 16, 2)
    {
    }

    public WaveFormat(int sampleRate, int channels) : this(sampleRate, 16, channels)
    {
    }

    public WaveFormat(int rate, int bits, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        Set(WaveFormatEncoding.Pcm, rate, channels, channels * (bits / 8), bits);
    }

    /// <summary>From the length of a fmt chunk onwards.</summary>
    public WaveFormat(BinaryReader br) => ReadChunk(br, br.ReadInt32());

    public WaveFormatEncoding Encoding => waveFormatTag;

    public int Channels => channels;

    public int SampleRate => sampleRate;

    public int AverageBytesPerSecond => averageBytesPerSecond;

    public virtual int BlockAlign => blockAlign;

    public int BitsPerSample => bitsPerSample;

    public int ExtraSize => extraSize;

    public static WaveFormat CreateIeeeFloatWaveFormat(int sampleRate, int channels)
    {
        var format = new WaveFormat();
        format.Set(WaveFormatEncoding.IeeeFloat, sampleRate, channels, 4 * channels, 32);
        return format;
    }

    public static WaveFormat CreateCustomFormat(
        WaveFormatEncoding tag, int sampleRate, int channels, int averageBytesPerSecond, int blockAlign, int bitsPerSample)
    {
        var format = new WaveFormat();
        format.Set(tag, sampleRate, channels, blockAlign, bitsPerSample);
        format.averageBytesPerSecond = averageBytesPerSecond;
        return format;
    }

    /// <summary>The body of a fmt chunk, whose length has been read already.</summary>
    public static WaveFormat FromFormatChunk(BinaryReader br, int formatChunkLength)
    {
        var format = new WaveFormatExtraData();
        format.ReadChunk(br, formatChunkLength);
        format.ReadExtraData(br);
        return format;
    }

    /// <summary>Writes a fmt chunk from its length onwards.</summary>
    public virtual void Serialize(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(18 + extraSize);
        writer.Write((ushort)waveFormatTag);
        writer.Write(channels);
        writer.Write(sampleRate);
        writer.Write(averageBytesPerSecond);
        writer.Write(blockAlign);
        writer.Write(bitsPerSample);
        writer.Write(extraSize);
    }

    public override bool Equals(object? obj) =>
        obj is WaveFormat other && waveFormatTag == other.waveFormatTag && channels == other.channels && sampleRate == other.sampleRate &&
        averageBytesPerSecond == other.averageBytesPerSecond && blockAlign == other.blockAlign && bitsPerSample == other.bitsPerSample;

    public override int GetHashCode() => HashCode.Combine(waveFormatTag, channels, sampleRate, averageBytesPerSecond, blockAlign, bitsPerSample);

    public override string ToString() => waveFormatTag switch
    {
        WaveFormatEncoding.Pcm or WaveFormatEncoding.Extensible => $"{bitsPerSample} bit PCM: {sampleRate}Hz {channels} channels",
        WaveFormatEncoding.IeeeFloat => $"{bitsPerSample} bit IEEFloat: {sampleRate}Hz {channels} channels",
        _ => waveFormatTag.ToString(),
    };

    void Set(WaveFormatEncoding tag, int rate, int channelCount, int block, int bits)
    {
        waveFormatTag = tag;
        channels = (short)channelCount;
        sampleRate = rate;
        blockAlign = (short)block;
        bitsPerSample = (short)bits;
        averageBytesPerSecond = sampleRate * blockAlign;
        extraSize = 0;
    }

    void ReadChunk(BinaryReader reader, int length)
    {
        if (length < 16) throw new InvalidDataException("Invalid WaveFormat Structure");
        waveFormatTag = (WaveFormatEncoding)reader.ReadUInt16();
        channels = reader.ReadInt16();
        sampleRate = reader.ReadInt32();
        averageBytesPerSecond = reader.ReadInt32();
        blockAlign = reader.ReadInt16();
        bitsPerSample = reader.ReadInt16();
        if (length == 16) return;
        reader.ReadInt16(); // The chunk's own length is the one to trust.
        extraSize = (short)(length - 18);
    }
}
