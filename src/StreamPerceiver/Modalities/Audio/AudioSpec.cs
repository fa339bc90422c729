using StreamPerceiver.Flow;

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
    /// <summary>Reads the section of the pipeline file.</summary>
    internal static InputSpec Read(InputSection section)
        => new AudioSpec(section.Name, section.Topic, section.Required, section.Number("rateHz"), section.Number("samplesPerPatch"));

    /// <inheritdoc/>
    public override long WindowBytes(long windowNs) => (long)Steps(RateHz, windowNs) * (sizeof(float) + sizeof(bool) + sizeof(float));

    /// <inheritdoc/>
    public override (int Tokens, int Channels) TokenShape(long windowNs) => (Steps(RateHz, windowNs) / SamplesPerPatch, SamplesPerPatch);

    internal override IEnumerable<string> Problems(long windowNs)
        => (Int128)RateHz * windowNs % ((Int128)EventTime.PerSecond * SamplesPerPatch) != 0
            ? [$"samplesPerPatch is {SamplesPerPatch}, expected a divisor of the samples in a window: {RateHz} Hz for {windowNs / EventTime.PerMillisecond} ms"]
            : [];

    internal override IReadOnlyList<ICodec> CreateCodecs(InputPreparation? preparation)
        => [new WavCodec(RateHz), new PcmCodec(RateHz), new SoundFileCodec(RateHz)];

    internal override (AlignedInput Data, double Coverage) Place(ReadOnlySpan<MediaSample> samples, EventTime start, long windowNs)
        => SamplePlacement.Place(samples, start, RateHz, Steps(RateHz, windowNs));

    internal override IInputTokeniser CreateTokeniser(InputPreparation? preparation) => new AudioPatches(this);
}
