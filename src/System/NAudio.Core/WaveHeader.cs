namespace NAudio.Wave;

/// <summary>
/// Walks the chunks of a WAV file: what it needs is where the data lie and their format. It takes each length only to move
/// on by it, so a false one costs nothing; the data chunk may claim more than the file holds.
/// </summary>
internal sealed class WaveHeader
{
    const uint Data = 'd' | 'a' << 8 | 't' << 16 | 'a' << 24;
    const uint Fmt = 'f' | 'm' << 8 | 't' << 16 | ' ' << 24;
    const uint Riff = 'R' | 'I' << 8 | 'F' << 16 | 'F' << 24;
    const uint Wave = 'W' | 'A' << 8 | 'V' << 16 | 'E' << 24;
    const int ChunkHead = 8;

    public WaveHeader(Stream stream)
    {
        var reader = new BinaryReader(stream);
        if (reader.ReadUInt32() != Riff) throw new FormatException("Not a WAVE file - no RIFF header");
        long end = Math.Min(reader.ReadUInt32() + (long)ChunkHead, stream.Length);
        if (reader.ReadUInt32() != Wave) throw new FormatException("Not a WAVE file - no WAVE header");

        WaveFormat? format = null;
        DataPosition = -1;
        while (stream.Position <= end - ChunkHead)
        {
            uint id = reader.ReadUInt32(), length = reader.ReadUInt32();
            if (id == Fmt)
            {
                if (length > int.MaxValue) throw new InvalidDataException($"Format chunk length must be between 0 and {int.MaxValue}.");
                format = WaveFormat.FromFormatChunk(reader, (int)length);
            }
            else if (id == Data)
            {
                DataPosition = stream.Position;
                DataLength = length;
                stream.Position += length;
            }
            else if (length <= stream.Length - stream.Position)
            {
                stream.Position += length;
            }
            else
            {
                break;
            }

            if (length % 2 != 0) SkipPadding(stream);
        }

        Format = format ?? throw new FormatException("Invalid WAV file - No fmt chunk found");
        if (DataPosition < 0) throw new FormatException("Invalid WAV file - No data chunk found");
    }

    public WaveFormat Format { get; }

    public long DataPosition { get; }

    public long DataLength { get; }

    /// <summary>A chunk of odd length has a zero byte after it, where the writer knew the rule.</summary>
    static void SkipPadding(Stream stream)
    {
        long position = stream.Position;
        if (stream.ReadByte() != 0) stream.Position = position;
    }
}
