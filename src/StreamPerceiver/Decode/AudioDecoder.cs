using NAudio.Wave;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;

namespace StreamPerceiver.Decode;

/// <summary>
/// <c>audio/wav</c>, and <c>audio/pcm</c> with rate, channels and format (<c>s16le</c> or <c>f32le</c>), to mono at the pipeline's rate.
/// Each record is resampled by itself, so its result does not depend on the records around it.
/// </summary>
internal sealed class AudioDecoder(AudioSpec spec) : IPayloadDecoder
{
    private const int MaxRateHz = 384_000;
    private const int MaxChannels = 64;

    public MediaSample Decode(RawRecord record, ContentType contentType)
    {
        byte[] payload = record.Record.Value!;
        float[] samples = contentType.MediaType switch
        {
            "audio/wav" or "audio/x-wav" or "audio/wave" or "audio/vnd.wave" => FromWav(payload),
            "audio/pcm" => FromPcm(payload, contentType),
            _ => throw new BadPayloadException(RejectionReason.UnknownContentType, $"content-type is '{contentType.MediaType}', expected audio/wav or audio/pcm;rate=..;channels=..;format=.."),
        };
        if (samples.Length == 0) throw new BadPayloadException(RejectionReason.Undecodable, "there is not one sample in it, expected some");
        if (Array.FindIndex(samples, s => !float.IsFinite(s)) is >= 0 and var bad)
            throw new BadPayloadException(RejectionReason.WrongShape, $"sample {bad} is {samples[bad]}, expected a finite number");
        long duration = Math.Max(1, (long)((Int128)samples.Length * EventTime.PerSecond / spec.RateHz));
        return new AudioChunk(record.Stream, record.Time, duration, record.Record.Offset, samples);
    }

    private float[] FromWav(byte[] payload)
    {
        try
        {
            using var reader = new WaveFileReader(new MemoryStream(payload, writable: false));
            WaveFormat format = PlainFormat(reader.WaveFormat);
            using var stream = new RawSourceWaveStream(reader, format);
            return ToMono(stream.ToSampleProvider());
        }
        catch (Exception e) when (e is FormatException or IOException or ArgumentException or InvalidDataException or ArithmeticException or NotSupportedException)
        {
            throw new BadPayloadException(RejectionReason.Undecodable, $"{payload.Length} bytes are not a readable WAV file: {e.Message}", e);
        }
    }

    /// <summary>The format, with an extensible one brought to the plain one that it stands for; refused where its numbers make no sense.</summary>
    private static WaveFormat PlainFormat(WaveFormat format)
    {
        WaveFormatEncoding encoding = format.Encoding;
        if (encoding == WaveFormatEncoding.Extensible && format is WaveFormatExtraData extra)
            encoding = (WaveFormatEncoding)BitConverter.ToUInt16(extra.ExtraData, 6); // the first two bytes of the sub-format's GUID
        bool sane = format.SampleRate is >= 1 and <= MaxRateHz && format.Channels is >= 1 and <= MaxChannels
            && format.BitsPerSample is 8 or 16 or 24 or 32 && format.BlockAlign == format.Channels * format.BitsPerSample / 8;
        return (sane, encoding, format.BitsPerSample) switch
        {
            (true, WaveFormatEncoding.Pcm, int bits) => new WaveFormat(format.SampleRate, bits, format.Channels),
            (true, WaveFormatEncoding.IeeeFloat, 32) => WaveFormat.CreateIeeeFloatWaveFormat(format.SampleRate, format.Channels),
            _ => throw new BadPayloadException(RejectionReason.Undecodable, $"WAV format is {encoding}, {format.SampleRate} Hz, {format.Channels} channels of {format.BitsPerSample} bits, {format.BlockAlign} bytes a block; expected PCM of 8, 16, 24 or 32 bits or 32-bit float"),
        };
    }

    private float[] FromPcm(byte[] payload, ContentType type)
    {
        int rate = type.Number("rate", 1, MaxRateHz);
        int channels = type.Number("channels", 1, MaxChannels);
        string name = type.Parameters.GetValueOrDefault("format", "missing");
        WaveFormat format = name switch
        {
            "s16le" => new WaveFormat(rate, 16, channels),
            "f32le" => WaveFormat.CreateIeeeFloatWaveFormat(rate, channels),
            _ => throw new BadPayloadException(RejectionReason.UnknownContentType, $"audio/pcm: parameter format is {name}, expected s16le or f32le"),
        };
        if (payload.Length % format.BlockAlign != 0)
            throw new BadPayloadException(RejectionReason.WrongShape, $"{payload.Length} bytes, expected a multiple of {format.BlockAlign}: {channels} channels of {name}");
        using var stream = new RawSourceWaveStream(new MemoryStream(payload, writable: false), format);
        return ToMono(stream.ToSampleProvider());
    }

    private float[] ToMono(ISampleProvider source)
    {
        int channels = source.WaveFormat.Channels;
        if (source.WaveFormat.SampleRate != spec.RateHz) source = new Resampler(source, spec.RateHz);

        var interleaved = new List<float>();
        var buffer = new float[channels * 4096];
        for (int read; (read = source.Read(buffer)) > 0;) interleaved.AddRange(buffer.AsSpan(0, read));

        var mono = new float[interleaved.Count / channels];
        for (int i = 0; i < mono.Length; i++)
        {
            float sum = 0;
            for (int c = 0; c < channels; c++) sum += interleaved[i * channels + c];
            mono[i] = sum / channels;
        }

        return mono;
    }
}
