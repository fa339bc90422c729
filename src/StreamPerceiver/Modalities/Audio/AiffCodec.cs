using System.Buffers.Binary;
using System.Text;

namespace StreamPerceiver.Modalities.Audio;

/// <summary>Decodes <c>audio/aiff</c> (AIFF and uncompressed AIFF-C) and files of AU under their own names.</summary>
/// <param name="spec">The input.</param>
internal sealed class AiffCodec(AudioSpec spec) : SoundCodec(spec)
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> MediaTypes { get; } = ["audio/aiff", "audio/x-aiff", "audio/au", "audio/x-au"];

    /// <inheritdoc/>
    protected override IReadOnlyList<Sound> Examine(byte[] payload, ContentType contentType)
    {
        if (AuFile.Is(payload)) return [AuFile.Read(payload, RejectDamage)];
        ReadOnlySpan<byte> start = payload;
        if (payload.Length < 12 || !start.StartsWith("FORM"u8) || !(start[8..].StartsWith("AIFF"u8) || start[8..].StartsWith("AIFC"u8)))
            throw Bad($"{payload.Length} bytes are not a readable {contentType.MediaType}: they begin with {SoundKind.Of(payload)}");
        IReadOnlyList<IffChunk> chunks = IffFile.Chunks(payload, "SSND", isBigEndian: true);
        IffChunk common = chunks.FirstOrDefault(chunk => chunk.Id == "COMM"), sound = chunks.FirstOrDefault(chunk => chunk.Id == "SSND");
        if (common.Data.Length < 18 || common.IsCutOff || sound.Data.Length < 8)
            throw Bad($"{payload.Length} bytes are not a readable AIFF file: the chunk COMM or SSND is missing or too short");
        if (sound.IsCutOff) RejectDamage($"it is cut off: its chunk SSND states {sound.Claimed} bytes, of which {sound.Data.Length} are there");
        return [Read(common.Data.Span, sound.Data)];
    }

    private static PcmSound Read(ReadOnlySpan<byte> common, ReadOnlyMemory<byte> sound)
    {
        int channels = BinaryPrimitives.ReadUInt16BigEndian(common), bits = BinaryPrimitives.ReadUInt16BigEndian(common[6..]), bytes = (bits + 7) / 8;
        uint frames = BinaryPrimitives.ReadUInt32BigEndian(common[2..]), offset = BinaryPrimitives.ReadUInt32BigEndian(sound.Span);
        double rate = Extended(common[8..]);
        string compression = common.Length >= 22 ? Encoding.Latin1.GetString(common.Slice(18, 4)) : "NONE";
        string? name = (compression, bytes) switch
        {
            ("NONE" or "twos", 1) => "s8",
            ("NONE" or "twos", >= 2 and <= 4) => $"s{8 * bytes}be",
            ("sowt", >= 2 and <= 4) => $"s{8 * bytes}le",
            ("sowt", 1) => "s8",
            ("raw ", 1) => "u8",
            ("in24", _) => "s24be",
            ("in32", _) => "s32be",
            ("fl32" or "FL32", _) => "f32be",
            ("fl64" or "FL64", _) => "f64be",
            ("ulaw" or "ULAW", _) => "mulaw",
            ("alaw" or "ALAW", _) => "alaw",
            _ => null,
        };
        if (name is null || channels == 0 || !(rate >= 1 && rate <= int.MaxValue) || offset > sound.Length - 8)
        {
            throw Bad($"the AIFF file has compression {compression}, {rate} Hz, {channels} channels of {bits} bits and its sound at byte {offset}; "
                + "expected PCM of 1 to 32 bits, floats, ulaw or alaw, and 1 or more of the others");
        }

        PcmEncoding encoding = PcmEncoding.ByName[name];
        ReadOnlyMemory<byte> data = sound[(8 + (int)offset)..];
        if (frames > 0) data = data[..(int)Math.Min(data.Length, (long)frames * channels * encoding.Bytes)]; // a writer that cannot go back leaves 0
        return new PcmSound(encoding, (int)Math.Round(rate), channels, [data]);
    }

    // A number of 80 bits: the sign, 15 bits of exponent, 64 of mantissa with the leading one.
    private static double Extended(ReadOnlySpan<byte> bytes)
    {
        int exponent = BinaryPrimitives.ReadUInt16BigEndian(bytes) & 0x7FFF;
        return Math.ScaleB(BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]), exponent - 16383 - 63);
    }
}
