using System.Buffers.Binary;

namespace StreamPerceiver.Modalities.Audio;

/// <summary>
/// Decodes <c>audio/wav</c>: RIFF, RIFX, RF64 or BW64 with PCM of 8 to 32 bits, floats of 32 or 64 bits, A-law or mu-law, also as the extensible format.
/// </summary>
/// <param name="spec">The input.</param>
internal sealed class WavCodec(AudioSpec spec) : SoundCodec(spec)
{
    private const int Pcm = 1, IeeeFloat = 3, ALaw = 6, MuLaw = 7, Extensible = 0xFFFE;

    private static readonly Dictionary<int, string> OtherEncodings = new()
    {
        [2] = "Microsoft ADPCM",
        [0x11] = "IMA ADPCM",
        [0x31] = "GSM 6.10",
        [0x50] = "MPEG",
        [0x55] = "MP3",
        [0x64] = "G.726",
        [0xFF] = "AAC",
        [0x161] = "WMA",
        [0x1610] = "AAC",
        [0xF1AC] = "FLAC",
        [0x674F] = "Vorbis",
    };

    /// <inheritdoc/>
    public override IReadOnlyList<string> MediaTypes { get; } = ["audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"];

    /// <inheritdoc/>
    protected override IReadOnlyList<Sound> Examine(byte[] payload, ContentType contentType)
    {
        ReadOnlySpan<byte> start = payload;
        if (payload.Length < 12 || !IsRiff(start) || !start[8..].StartsWith("WAVE"u8))
            throw Bad($"{payload.Length} bytes are not a readable WAV file: they begin with {SoundKind.Of(payload)}");
        bool isBigEndian = start.StartsWith("RIFX"u8);
        IReadOnlyList<IffChunk> chunks = IffFile.Chunks(payload, "data", isBigEndian);
        IffChunk[] data = [.. chunks.Where(chunk => chunk.Id == "data")];
        IffChunk? format = chunks.Select(chunk => (IffChunk?)chunk).FirstOrDefault(chunk => chunk!.Value.Id == "fmt ");
        if (format is not { } found || found.IsCutOff || found.Claimed < 16 || data.Length == 0)
        {
            string problem = format is null ? "it has no chunk 'fmt '"
                : format.Value.IsCutOff || format.Value.Claimed < 16
                ? $"its chunk 'fmt ' has {format.Value.Data.Length} bytes, and states {format.Value.Claimed}"
                : "it has no chunk 'data'";
            throw Bad($"{payload.Length} bytes are not a readable WAV file: {problem}");
        }

        if (Array.Find(data, chunk => chunk.IsCutOff) is { Id: not null } cut)
            RejectDamage($"it is cut off: its chunk 'data' states {cut.Claimed} bytes, of which {cut.Data.Length} are there");
        return [Read(found.Data.Span, isBigEndian, data)];
    }

    private static bool IsRiff(ReadOnlySpan<byte> start)
        => start.StartsWith("RIFF"u8) || start.StartsWith("RF64"u8) || start.StartsWith("BW64"u8) || start.StartsWith("RIFX"u8);

    private static PcmSound Read(ReadOnlySpan<byte> format, bool isBigEndian, IffChunk[] data)
    {
        int encoding = Number(format), channels = Number(format[2..]), block = Number(format[12..]), bits = Number(format[14..]);
        uint rate = isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(format[4..]) : BinaryPrimitives.ReadUInt32LittleEndian(format[4..]);
        if (encoding == Extensible && format.Length >= 26) encoding = Number(format[24..]); // the first two bytes of the sub-format's GUID
        int bytes = (bits + 7) / 8;
        PcmEncoding? pcm = (encoding, bits) switch
        {
            (Pcm, >= 1 and <= 8) => PcmEncoding.ByName["u8"],
            (Pcm, > 8 and <= 32) => PcmEncoding.Integer(bytes, isBigEndian),
            (IeeeFloat, 32 or 64) => PcmEncoding.Float(bytes, isBigEndian),
            (ALaw, 8) => PcmEncoding.ALaw,
            (MuLaw, 8) => PcmEncoding.MuLaw,
            _ => null,
        };
        if (pcm is not null && rate <= int.MaxValue && channels > 0 && block == channels * bytes)
            return new PcmSound(pcm, (int)rate, channels, [.. data.Select(chunk => chunk.Data)]);
        string name = OtherEncodings.TryGetValue(encoding, out string? known) ? $"{known} (0x{encoding:X4})" : $"0x{encoding:X4}";
        throw Bad($"its format is {name}, {rate} Hz, {channels} channels of {bits} bits, {block} bytes a block; "
            + "expected PCM (0x0001) of 1 to 32 bits, floats (0x0003) of 32 or 64 bits, A-law (0x0006) or mu-law (0x0007) of 8 bits");

        int Number(ReadOnlySpan<byte> from)
            => isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(from) : BinaryPrimitives.ReadUInt16LittleEndian(from);
    }
}
