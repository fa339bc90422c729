using NAudio.Wave;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Audio;

/// <summary>Decodes <c>audio/pcm</c> with the parameters rate, channels and format (<c>s16le</c> or <c>f32le</c>).</summary>
/// <param name="rateHz">The pipeline's rate, in samples a second.</param>
internal sealed class PcmCodec(int rateHz) : ICodec
{
    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes => ["audio/pcm"];

    /// <inheritdoc/>
    public void Decode(RawRecord record, ContentType contentType, SampleCollector samples)
    {
        byte[] payload = record.Record.Value!;
        int rate = contentType.ReadNumber("rate", 1, SoundReader.MaxRateHz);
        int channels = contentType.ReadNumber("channels", 1, SoundReader.MaxChannels);
        string name = contentType.Parameters.GetValueOrDefault("format", "missing");
        WaveFormat format = name switch
        {
            "s16le" => new WaveFormat(rate, 16, channels),
            "f32le" => WaveFormat.CreateIeeeFloatWaveFormat(rate, channels),
            _ => throw new BadPayloadException(RejectionReason.UnknownContentType, $"audio/pcm: parameter format is {name}, expected s16le or f32le"),
        };
        if (payload.Length % format.BlockAlign != 0)
        {
            throw new BadPayloadException(
                RejectionReason.WrongShape, $"{payload.Length} bytes, expected a multiple of {format.BlockAlign}: {channels} channels of {name}");
        }

        using var stream = new RawSourceWaveStream(new MemoryStream(payload, writable: false), format);
        samples.Add(SoundReader.ReadChunk(record, stream.ToSampleProvider(), rateHz));
    }
}
