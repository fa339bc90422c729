using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Audio;

/// <summary>Decodes <c>audio/mpeg</c>: MP3, and layers I and II, of a constant or variable bit rate, with tags or without.</summary>
/// <param name="spec">The input.</param>
internal sealed class Mp3Codec(AudioSpec spec) : SoundCodec(spec)
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> MediaTypes { get; } = ["audio/mpeg", "audio/mp3", "audio/x-mp3", "audio/x-mpeg", "audio/mpeg3", "audio/x-mpeg-3"];

    /// <inheritdoc/>
    protected override IReadOnlyList<Sound> Examine(byte[] payload, ContentType contentType)
    {
        if (!Mp3Reader.IsThere)
        {
            throw new BadPayloadException(
                RejectionReason.UnknownContentType,
                $"{contentType.MediaType} needs {Mp3Reader.Library}, expected Debian's libmpg123-0 to be installed");
        }

        ReadOnlySpan<byte> sound = payload.AsSpan(Id3.TagLength(payload));
        if (Mp3Frame.IsFreeFormat(sound)) throw Bad("it is MP3 of free format, expected frames that have a bit rate");
        if (Mp3Frame.At(sound) is null && !Spec.AcceptsDamage) throw Bad($"the sound begins with {SoundKind.Of(sound)}, which is not {contentType.MediaType}");
        return Mp3Sound.Split(payload, Spec.AcceptsDamage, RejectDamage);
    }
}
