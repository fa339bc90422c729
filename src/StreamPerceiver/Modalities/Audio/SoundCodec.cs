using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Audio;

/// <summary>Decodes a payload of sound. Its header is checked against the input's limits before anything is decoded.</summary>
/// <param name="spec">The input.</param>
internal abstract class SoundCodec(AudioSpec spec) : ICodec
{
    // Of a decoder, of the channels and of the resampler.
    private const int BufferBytes = 64 << 10;

    /// <inheritdoc/>
    public abstract IReadOnlyList<string> MediaTypes { get; }

    /// <summary>The input, with its limits.</summary>
    protected AudioSpec Spec => spec;

    /// <inheritdoc/>
    public void Decode(RawRecord record, ContentType contentType, SampleCollector samples)
    {
        byte[] payload = record.Record.Value!;
        (float[] mono, long startNs) = Mono(payload, contentType, samples);
        if (mono.Length == 0) throw new BadPayloadException(RejectionReason.Undecodable, "the sound has no sample, expected one or more");
        if (Array.FindIndex(mono, s => !float.IsFinite(s)) is >= 0 and var bad)
            throw new BadPayloadException(RejectionReason.WrongShape, $"sample {bad} is {mono[bad]}, expected a finite number");
        long duration = Math.Max(1, (long)((Int128)mono.Length * EventTime.PerSecond / spec.RateHz));
        samples.Add(new AudioChunk(record.Stream, record.Time + startNs, duration, record.Record.Offset, mono));
    }

    /// <summary>
    /// Estimates the bytes that decoding a payload takes beside it, by its header and without decoding: samples at the pipeline's rate, a copy of what lies in
    /// pages, and buffers.
    /// </summary>
    /// <exception cref="BadPayloadException">The payload is not what its content type states.</exception>
    public long DecodingBytes(byte[] payload, ContentType contentType)
        => DecodingBytes(payload, Math.Min(Seconds(payload, contentType), spec.MaxSeconds));

    /// <summary>Estimates the seconds of sound in a payload by its header.</summary>
    protected virtual double Seconds(byte[] payload, ContentType contentType)
        => Seconds(Examine(payload, contentType));

    /// <summary>Reads the header. Returns the sounds of the payload, which follow one another; most payloads have one.</summary>
    /// <exception cref="BadPayloadException">The payload is not what its content type states, or is damaged where the input rejects that.</exception>
    protected abstract IReadOnlyList<Sound> Examine(byte[] payload, ContentType contentType);

    /// <summary>Makes the rejection of a payload that does not conform to its format.</summary>
    protected static BadPayloadException Bad(string message) => new(RejectionReason.Undecodable, message);

    /// <summary>Rejects damage with its description, unless the input accepts it.</summary>
    protected void RejectDamage(string description)
    {
        if (!spec.AcceptsDamage) throw Bad(description);
    }

    private (float[] Samples, long StartNs) Mono(byte[] payload, ContentType contentType, SampleCollector samples)
    {
        IReadOnlyList<Sound> sounds = Examine(payload, contentType);
        try
        {
            foreach (Sound sound in sounds) CheckFormat(sound);
            double seconds = Seconds(sounds);
            CheckLength(sounds, seconds);
            samples.CheckDecodingBytes(DecodingBytes(payload, seconds), $"sound of {Math.Round(seconds, 3)} s");
            return (MonoSound.Read(sounds, spec.RateHz, spec.AcceptsDamage), sounds.Count > 0 ? sounds[0].StartNs : 0);
        }
        finally
        {
            foreach (IDisposable sound in sounds.OfType<IDisposable>()) sound.Dispose();
        }
    }

    private void CheckFormat(Sound sound)
    {
        if (sound.RateHz < spec.MinSourceRateHz || sound.RateHz > spec.MaxSourceRateHz)
        {
            throw Beyond(
                RejectionReason.WrongShape,
                $"it has {sound.RateHz} Hz, expected minSourceRateHz {spec.MinSourceRateHz} to maxSourceRateHz {spec.MaxSourceRateHz}");
        }

        if (sound.Channels < 1 || sound.Channels > spec.MaxChannels)
            throw Beyond(RejectionReason.WrongShape, $"it has {sound.Channels} channels, expected 1 to maxChannels {spec.MaxChannels}");
    }

    private void CheckLength(IReadOnlyList<Sound> sounds, double seconds)
    {
        if (seconds > spec.MaxSeconds)
            throw Beyond(RejectionReason.TooLarge, $"it lasts {Math.Round(seconds, 3)} s, expected at most maxSeconds {spec.MaxSeconds}");
        Int128 numbers = 0;
        foreach (Sound sound in sounds) numbers += (Int128)sound.Frames * sound.Channels;
        if (numbers > spec.MaxSamples)
            throw Beyond(RejectionReason.TooLarge, $"it has {numbers} samples in all channels, expected at most maxSamples {spec.MaxSamples}");
    }

    private long DecodingBytes(byte[] payload, double seconds) => (long)(seconds * spec.RateHz) * sizeof(float) + payload.Length + BufferBytes;

    private static double Seconds(IReadOnlyList<Sound> sounds) => sounds.Sum(sound => (double)sound.Frames / Math.Max(1, sound.RateHz));

    private static BadPayloadException Beyond(RejectionReason reason, string message) => new(reason, message);
}
