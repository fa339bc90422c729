using System.Runtime.InteropServices;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Modalities.Audio;

/// <summary>An input of sound in chunks, mono after decoding.</summary>
/// <param name="Name">The name of the model's input.</param>
/// <param name="Topic">The topic that the input is read from.</param>
/// <param name="Required">Whether a window without the input is skipped; otherwise the input is masked.</param>
/// <param name="RateHz">Sample rate after decoding, in samples a second.</param>
/// <param name="SamplesPerPatch">Samples of one token.</param>
public sealed record AudioSpec(string Name, string Topic, bool Required, int RateHz, int SamplesPerPatch)
    : InputSpec(Name, Topic, Required)
{
    /// <summary>The lowest sample rate of a payload, in hertz (default: 1,000, or <see cref="RateHz"/> where that is lower).</summary>
    public int MinSourceRateHz { get; init; } = Math.Min(1000, RateHz);

    /// <summary>The highest sample rate of a payload, in hertz (default: 768,000).</summary>
    public int MaxSourceRateHz { get; init; } = 768_000;

    /// <summary>The most channels of a payload (default: 64).</summary>
    public int MaxChannels { get; init; } = 64;

    /// <summary>The most seconds of sound in a record (default: 600).</summary>
    public int MaxSeconds { get; init; } = 600;

    /// <summary>The most samples of a record, those of all channels together (default: ten minutes of 48 kHz in stereo).</summary>
    public int MaxSamples { get; init; } = 57_600_000;

    /// <summary>Whether damaged or cut-off sound is used as far as it can be decoded (default: false, it is rejected).</summary>
    public bool AcceptsDamage { get; init; }

    /// <summary>Reads the section of the pipeline file.</summary>
    internal static InputSpec Read(InputSection section)
    {
        var spec = new AudioSpec(section.Name, section.Topic, section.Required, section.Number("rateHz"), section.Number("samplesPerPatch"));
        return spec with
        {
            MinSourceRateHz = section.OptionalNumber("minSourceRateHz") ?? spec.MinSourceRateHz,
            MaxSourceRateHz = section.OptionalNumber("maxSourceRateHz") ?? spec.MaxSourceRateHz,
            MaxChannels = section.OptionalNumber("maxChannels") ?? spec.MaxChannels,
            MaxSeconds = section.OptionalNumber("maxSeconds") ?? spec.MaxSeconds,
            MaxSamples = section.OptionalNumber("maxSamples") ?? spec.MaxSamples,
            AcceptsDamage = section.Text("onDamage") == "accept",
        };
    }

    /// <inheritdoc/>
    public override long WindowBytes(long windowNs) => (long)Steps(RateHz, windowNs) * (sizeof(float) + sizeof(bool) + sizeof(float));

    /// <inheritdoc/>
    public override (int Tokens, int Channels) TokenShape(long windowNs) => (Steps(RateHz, windowNs) / SamplesPerPatch, SamplesPerPatch);

    /// <inheritdoc/>
    public override string SlotRule(long windowNs)
        => $"{Steps(RateHz, windowNs)} sound samples at {RateHz} Hz, {SamplesPerPatch} a token; where two records overlap, the later one counts";

    internal override IEnumerable<string> Problems(long windowNs)
    {
        if ((Int128)RateHz * windowNs % ((Int128)EventTime.PerSecond * SamplesPerPatch) != 0)
        {
            yield return $"samplesPerPatch is {SamplesPerPatch}, expected a divisor of the samples in a window: "
                + $"{RateHz} Hz for {windowNs / EventTime.PerMillisecond} ms";
        }

        if (MinSourceRateHz > MaxSourceRateHz) yield return $"minSourceRateHz is {MinSourceRateHz}, expected at most maxSourceRateHz {MaxSourceRateHz}";
    }

    internal override IReadOnlyList<ICodec> CreateCodecs(InputPreparation? preparation) => Codecs();

    internal override long DecodingBytes(SourceRecord record)
    {
        ContentType type = ContentType.Parse(record.Header(SourceRecord.ContentTypeHeader) ?? DefaultContentType);
        if (record.Value is not { } payload || Codecs().FirstOrDefault(codec => codec.MediaTypes.Contains(type.MediaType)) is not { } codec) return 0;
        try
        {
            return codec.DecodingBytes(payload, type);
        }
        catch (BadPayloadException)
        {
            return 0; // it is rejected where it would be decoded
        }
    }

    internal override (AlignedInput Data, double Coverage) Place(
        ReadOnlySpan<MediaSample> samples, EventTime start, long windowNs, List<WindowSlot>? slots = null)
        => SamplePlacement.Place(samples, start, RateHz, Steps(RateHz, windowNs), slots);

    /// <inheritdoc/>
    public override IReadOnlyList<PlacedArray> PlacedArrays(long windowNs) =>
    [
        new(PlacedArray.Values, NpyType.F32, [Steps(RateHz, windowNs)], $"mono samples at {RateHz} Hz, -1 to 1; 0 where there is no sound"),
        PlacedArray.Mask(Steps(RateHz, windowNs), "whether the sample has sound"),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> ToArrays(AlignedInput data, long windowNs)
    {
        var audio = (AlignedAudio)data;
        return [MemoryMarshal.AsBytes<float>(audio.Samples).ToArray(), PlacedArray.MaskOf(audio.Filled)];
    }

    internal override IInputTokeniser CreateTokeniser(InputPreparation? preparation) => new AudioPatches(this);

    private SoundCodec[] Codecs()
        => [new WavCodec(this), new PcmCodec(this), new FlacCodec(this), new OggCodec(this), new Mp3Codec(this), new AiffCodec(this), new TrackCodec(this)];
}
