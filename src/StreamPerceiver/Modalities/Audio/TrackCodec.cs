namespace StreamPerceiver.Modalities.Audio;

/// <summary>
/// Decodes the sound of a segment, beside pictures or alone: AAC, MPEG sound or AC-3 in MP4, MPEG-TS, Matroska or ADTS. Its first sample is as far from the
/// record's event time as it is from the first picture in the segment.
/// </summary>
/// <param name="spec">The input.</param>
internal sealed class TrackCodec(AudioSpec spec) : SoundCodec(spec)
{
    private static readonly SegmentFormat Adts = new("aac", ["audio/aac", "audio/aacp", "audio/x-aac", "audio/x-hx-aac-adts"], HasTimes: false);

    private static readonly Dictionary<string, SegmentFormat> Formats = new[]
    {
        SegmentFormat.Mp4, SegmentFormat.Mp4 with { MediaTypes = ["audio/mp4", "audio/x-m4a", "audio/m4a"] }, SegmentFormat.Ts,
        SegmentFormat.Matroska, Adts,
    }.SelectMany(format => format.MediaTypes.Select(type => KeyValuePair.Create(type, format))).ToDictionary(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override IReadOnlyList<string> MediaTypes { get; } = [.. Formats.Keys];

    /// <inheritdoc/>
    protected override IReadOnlyList<Sound> Examine(byte[] payload, ContentType contentType)
    {
        SegmentFormat format = Formats[contentType.MediaType];
        if (format.FindCut(payload) is { } cut) RejectDamage($"the sound is damaged: {cut}");
        return [new TrackSound(payload, contentType.MediaType, format, Spec.AcceptsDamage)];
    }

    /// <inheritdoc/>
    protected override double Seconds(byte[] payload, ContentType contentType)
    {
        using var sound = new TrackSound(payload, contentType.MediaType, Formats[contentType.MediaType], acceptsDamage: true);
        return (double)sound.Frames / sound.RateHz;
    }
}
