namespace NAudio.Wave;

/// <summary>A format as read from a file, with the bytes that follow it: those of WAVE_FORMAT_EXTENSIBLE, for one.</summary>
public class WaveFormatExtraData : WaveFormat
{
    const int Room = 100;

    internal WaveFormatExtraData()
    {
    }

    public WaveFormatExtraData(BinaryReader reader) : base(reader) => ReadExtraData(reader);

    public byte[] ExtraData { get; } = new byte[Room];

    public override void Serialize(BinaryWriter writer)
    {
        base.Serialize(writer);
        if (extraSize > 0) writer.Write(ExtraData, 0, extraSize);
    }

    internal void ReadExtraData(BinaryReader reader)
    {
        if (extraSize > 0) reader.Read(ExtraData, 0, extraSize); // More than there is room for: ArgumentException.
    }
}
