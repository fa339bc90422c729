namespace StreamPerceiver.Modalities.Audio;

/// <summary>Decodes <c>audio/flac</c>: one FLAC file, or several behind one another.</summary>
/// <param name="spec">The input.</param>
internal sealed class FlacCodec(AudioSpec spec) : SoundCodec(spec)
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> MediaTypes { get; } = ["audio/flac", "audio/x-flac"];

    /// <inheritdoc/>
    protected override IReadOnlyList<Sound> Examine(byte[] payload, ContentType contentType)
    {
        SoundFile.RequireLibrary(contentType.MediaType);
        int start = Id3.TagLength(payload);
        if (!payload.AsSpan(start).StartsWith(FlacSound.Signature))
            throw Bad($"the sound begins with {SoundKind.Of(payload.AsSpan(start))}, which is not {contentType.MediaType}");
        return FlacSound.Split(payload.AsMemory(start), Spec.AcceptsDamage);
    }
}
