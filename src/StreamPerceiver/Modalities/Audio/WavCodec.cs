using NAudio.Wave;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Audio;

/// <summary>Decodes <c>audio/wav</c>: PCM of 8, 16, 24 or 32 bits, or 32-bit float.</summary>
/// <param name="rateHz">The pipeline's rate, in samples a second.</param>
internal sealed class WavCodec(int rateHz) : ICodec
{
    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes => ["audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"];

    /// <inheritdoc/>
    public void Decode(RawRecord record, ContentType contentType, SampleCollector samples)
    {
        byte[] payload = record.Record.Value!;
        try
        {
            using var reader = new WaveFileReader(new MemoryStream(payload, writable: false));
            WaveFormat format = PlainFormat(reader.WaveFormat);
            using var stream = new RawSourceWaveStream(reader, format);
            samples.Add(SoundReader.ReadChunk(record, stream.ToSampleProvider(), rateHz));
        }
        catch (Exception e) when (
            e is FormatException or IOException or ArgumentException or InvalidDataException or ArithmeticException or NotSupportedException)
        {
            throw new BadPayloadException(RejectionReason.Undecodable, $"{payload.Length} bytes are not a readable WAV file: {e.Message}", e);
        }
    }

    /// <summary>Replaces an extensible format by the plain format that it contains. Rejects a format whose numbers contradict each other.</summary>
    private static WaveFormat PlainFormat(WaveFormat format)
    {
        WaveFormatEncoding encoding = format.Encoding;
        if (encoding == WaveFormatEncoding.Extensible && format is WaveFormatExtraData extra)
            encoding = (WaveFormatEncoding)BitConverter.ToUInt16(extra.ExtraData, 6); // the first two bytes of the sub-format's GUID
        bool sane = format.SampleRate is >= 1 and <= SoundReader.MaxRateHz && format.Channels is >= 1 and <= SoundReader.MaxChannels
            && format.BitsPerSample is 8 or 16 or 24 or 32 && format.BlockAlign == format.Channels * format.BitsPerSample / 8;
        return (sane, encoding, format.BitsPerSample) switch
        {
            (true, WaveFormatEncoding.Pcm, int bits) => new WaveFormat(format.SampleRate, bits, format.Channels),
            (true, WaveFormatEncoding.IeeeFloat, 32) => WaveFormat.CreateIeeeFloatWaveFormat(format.SampleRate, format.Channels),
            _ => throw new BadPayloadException(
                RejectionReason.Undecodable,
                $"WAV format is {encoding}, {format.SampleRate} Hz, {format.Channels} channels of {format.BitsPerSample} bits, "
                + $"{format.BlockAlign} bytes a block; expected PCM of 8, 16, 24 or 32 bits or 32-bit float"),
        };
    }
}
