using System.Buffers.Binary;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Audio;

/// <summary>One FLAC stream (RFC 9639), by libsndfile. Checksums of its frames and of the whole are compared.</summary>
internal sealed class FlacSound : Sound
{
    private const int StreamInfoBytes = 34;

    // The signature, and the header of the block of 34 bytes that must follow: the last block, or not.
    private static readonly byte[] StreamStart = [.. "fLaC"u8, 0, 0, 0, StreamInfoBytes], ShortStreamStart = [.. "fLaC"u8, 0x80, 0, 0, StreamInfoBytes];

    private readonly ReadOnlyMemory<byte> _stream;
    private readonly bool _acceptsDamage;

    private FlacSound(ReadOnlyMemory<byte> stream, int rateHz, int channels, long frames, bool acceptsDamage)
        : base(rateHz, channels, frames) => (_stream, _acceptsDamage) = (stream, acceptsDamage);

    /// <summary>The bytes that a stream begins with.</summary>
    public static ReadOnlySpan<byte> Signature => "fLaC"u8;

    /// <summary>Reads the headers of streams that follow one another.</summary>
    /// <exception cref="BadPayloadException">A header is cut off, or states what libsndfile cannot decode.</exception>
    public static IReadOnlyList<Sound> Split(ReadOnlyMemory<byte> streams, bool acceptsDamage)
    {
        List<Sound> sounds = [];
        for (ReadOnlyMemory<byte> rest = streams; !rest.IsEmpty;)
        {
            int next = NextStart(rest.Span);
            try
            {
                sounds.Add(Read(rest[..next], acceptsDamage));
            }
            catch (BadPayloadException) when (acceptsDamage && sounds.Count > 0)
            {
                break;
            }

            rest = rest[next..];
        }

        return sounds;
    }

    /// <inheritdoc/>
    public override ISoundReader Open()
    {
        ReadOnlySpan<byte> sum = _stream.Span.Slice(26, 16);
        var file = new SoundFile(_stream, _acceptsDamage, sum.ContainsAnyExcept((byte)0) ? sum.ToArray() : null, BitsOf(_stream.Span));
        if (file.RateHz == RateHz && file.Channels == Channels) return file;
        file.Dispose();
        throw new BadPayloadException(
            RejectionReason.Undecodable, $"its FLAC stream has {file.RateHz} Hz and {file.Channels} channels, and its header {RateHz} Hz and {Channels}");
    }

    private static int NextStart(ReadOnlySpan<byte> streams)
    {
        int next = streams[1..].IndexOf(StreamStart), other = streams[1..].IndexOf(ShortStreamStart);
        return next >= 0 && (other < 0 || next < other) ? next + 1 : other >= 0 ? other + 1 : streams.Length;
    }

    private static FlacSound Read(ReadOnlyMemory<byte> stream, bool acceptsDamage)
    {
        ReadOnlySpan<byte> bytes = stream.Span;
        int at = 4;
        for (bool isLast = false; !isLast;)
        {
            int length = at + 4 <= bytes.Length ? (int)(BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]) & 0xFFFFFF) : bytes.Length;
            if (at + 4 + length > bytes.Length || (at == 4 && (!bytes.StartsWith(Signature) || length != StreamInfoBytes || (bytes[4] & 0x7F) != 0)))
            {
                throw new BadPayloadException(
                    RejectionReason.Undecodable, $"the header of its FLAC stream is damaged or cut off at byte {at} of {bytes.Length}");
            }

            isLast = (bytes[at] & 0x80) != 0;
            at += 4 + length;
        }

        // RFC 9639, section 8.2: 20 bits of rate, 3 of channels - 1, 5 of bits - 1, 36 of frames, which are 0 where the writer could not go back.
        ulong info = BinaryPrimitives.ReadUInt64BigEndian(bytes[18..]);
        int rate = (int)(info >> 44), channels = (int)(info >> 41 & 7) + 1, bits = BitsOf(bytes);
        long frames = (long)(info & 0xF_FFFF_FFFF);
        if (bits is not (8 or 16 or 24))
            throw new BadPayloadException(RejectionReason.Undecodable, $"it is FLAC of {bits} bits a sample, expected 8, 16 or 24");
        if (!acceptsDamage && FlacFrames.First(bytes[at..]) is { RateHz: > 0 and var found } && found != rate)
            throw new BadPayloadException(RejectionReason.Undecodable, $"it is damaged: the frames of its FLAC stream have {found} Hz, and its header {rate}");
        return new FlacSound(stream, rate, channels, frames > 0 ? frames : FlacFrames.Count(bytes[at..]), acceptsDamage);
    }

    private static int BitsOf(ReadOnlySpan<byte> stream) => (int)(BinaryPrimitives.ReadUInt64BigEndian(stream[18..]) >> 36 & 31) + 1;
}
