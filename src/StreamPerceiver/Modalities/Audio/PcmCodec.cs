using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Audio;

/// <summary>
/// Decodes uncompressed sound without a header. <c>audio/pcm</c> has the parameters rate, channels and format. <c>audio/L8</c>, <c>L16</c> and <c>L24</c> are
/// those of RFC 3551, 2586 and 3190; <c>audio/basic</c> (RFC 2046), <c>audio/PCMU</c> and <c>audio/PCMA</c> (RFC 4856) are those of telephony.
/// </summary>
/// <param name="spec">The input.</param>
internal sealed class PcmCodec(AudioSpec spec) : SoundCodec(spec)
{
    private const int TelephonyHz = 8000;

    /// <inheritdoc/>
    public override IReadOnlyList<string> MediaTypes { get; } =
        ["audio/pcm", "audio/l8", "audio/l16", "audio/l24", "audio/basic", "audio/pcmu", "audio/x-mulaw", "audio/pcma", "audio/x-alaw"];

    /// <inheritdoc/>
    protected override IReadOnlyList<Sound> Examine(byte[] payload, ContentType contentType)
    {
        if (contentType.MediaType == "audio/basic" && AuFile.Is(payload)) return [AuFile.Read(payload, RejectDamage)];
        (PcmEncoding encoding, int? defaultRate, int? defaultChannels) = contentType.MediaType switch
        {
            "audio/pcm" => (Named(contentType), (int?)null, (int?)null),
            "audio/l8" => (PcmEncoding.ByName["u8"], null, 1),
            "audio/l16" => (PcmEncoding.Integer(2, IsBigEndian(contentType)), null, 1),
            "audio/l24" => (PcmEncoding.Integer(3, IsBigEndian(contentType)), null, 1),
            "audio/pcma" or "audio/x-alaw" => (PcmEncoding.ALaw, TelephonyHz, 1),
            _ => (PcmEncoding.MuLaw, TelephonyHz, 1),
        };
        int rate = Number(contentType, "rate", defaultRate, Spec.MinSourceRateHz, Spec.MaxSourceRateHz);
        int channels = Number(contentType, "channels", defaultChannels, 1, Spec.MaxChannels), frame = encoding.Bytes * channels;
        if (payload.Length % frame != 0 && !Spec.AcceptsDamage)
        {
            throw new BadPayloadException(
                RejectionReason.WrongShape, $"{payload.Length} bytes, expected a multiple of {frame}: {channels} channels of {encoding.Name}");
        }

        return [new PcmSound(encoding, rate, channels, [payload])];
    }

    private static PcmEncoding Named(ContentType contentType)
    {
        string name = contentType.Parameters.GetValueOrDefault("format", "missing");
        return PcmEncoding.ByName.TryGetValue(name, out PcmEncoding? encoding)
            ? encoding
            : throw new BadPayloadException(
                RejectionReason.UnknownContentType, $"audio/pcm: parameter format is {name}, expected {string.Join(", ", PcmEncoding.ByName.Keys)}");
    }

    // RFC 2586 has the bytes of a number in network order. Services that send them in the other one say so.
    private static bool IsBigEndian(ContentType contentType) => contentType.Parameters.GetValueOrDefault("endianness", "big-endian") switch
    {
        "big-endian" => true,
        "little-endian" => false,
        var other => throw new BadPayloadException(
            RejectionReason.UnknownContentType,
            $"{contentType.MediaType}: parameter endianness is {other}, expected big-endian (default) or little-endian"),
    };

    private static int Number(ContentType contentType, string name, int? byDefault, int minimum, int maximum)
        => byDefault is { } value && !contentType.Parameters.ContainsKey(name) ? value : contentType.ReadNumber(name, minimum, maximum);
}
