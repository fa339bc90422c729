using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Audio;

/// <summary>Decodes <c>audio/ogg</c>: Opus, Vorbis or FLAC in Ogg, one stream or several behind one another.</summary>
/// <param name="spec">The input.</param>
internal sealed class OggCodec(AudioSpec spec) : SoundCodec(spec)
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> MediaTypes { get; } = ["audio/ogg", "application/ogg", "audio/opus", "audio/vorbis"];

    /// <inheritdoc/>
    protected override IReadOnlyList<Sound> Examine(byte[] payload, ContentType contentType)
    {
        SoundFile.RequireLibrary(contentType.MediaType);
        if (!payload.AsSpan().StartsWith(OggPage.Signature))
            throw Bad($"the sound begins with {SoundKind.Of(payload)}, which is not {contentType.MediaType}");
        List<Sound> sounds = [];
        IReadOnlyList<OggStream> streams = OggStream.Split(payload, RejectDamage);
        foreach (OggStream stream in streams)
        {
            try
            {
                sounds.AddRange(Examine(stream, contentType.MediaType, staysOpen: streams.Count == 1));
            }
            catch (BadPayloadException) when (Spec.AcceptsDamage && sounds.Count > 0)
            {
                break;
            }
        }

        return sounds;
    }

    /// <inheritdoc/>
    protected override double Seconds(byte[] payload, ContentType contentType) => OggStream.Seconds(payload);

    private IReadOnlyList<Sound> Examine(OggStream stream, string mediaType, bool staysOpen)
    {
        string kind = stream.Kind;
        if (mediaType is "audio/opus" or "audio/vorbis" && !mediaType.EndsWith(kind, StringComparison.OrdinalIgnoreCase))
            throw Bad($"the Ogg stream in it is {kind}, not {mediaType["audio/".Length..]}");
        if (kind == "Vorbis") VorbisSetup.Check(stream.Packet(2));
        return kind switch
        {
            "FLAC" => FlacSound.Split(stream.FlacBytes(), Spec.AcceptsDamage),
            "Opus" or "Vorbis" => [new OggSound(stream.Bytes, Spec.AcceptsDamage, staysOpen)],
            _ => throw Bad($"the Ogg stream in it is {kind}, expected Opus, Vorbis or FLAC"),
        };
    }
}
