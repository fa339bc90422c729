using System.Buffers.Binary;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Audio;

/// <summary>Compressed sound: FLAC, Opus and Vorbis in Ogg, and MP3, by libsndfile from 1.1 on.</summary>
/// <param name="rateHz">The pipeline's rate, in samples a second.</param>
internal sealed class SoundFileCodec(int rateHz) : ICodec
{
    // The largest frame of MP3, in bytes: one that holds nothing but padding stays unread.
    private const int MaxMp3FrameBytes = 1441;

    private static readonly uint[] ChecksumTable = [.. Enumerable.Range(0, 256).Select(ChecksumOfByte)];

    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes => ["audio/flac", "audio/x-flac", "audio/ogg", "audio/opus", "audio/mpeg", "audio/mp3"];

    /// <inheritdoc/>
    public void Decode(RawRecord record, ContentType contentType, SampleCollector samples)
    {
        string type = contentType.MediaType;
        if (!SoundFile.IsThere)
            throw new BadPayloadException(
                RejectionReason.UnknownContentType, $"{type} needs {SoundFile.Library}, expected Debian's libsndfile1 to be installed");
        ReadOnlySpan<byte> payload = record.Record.Value;
        bool isMp3 = type is "audio/mpeg" or "audio/mp3";
        int start = isMp3 ? TagLength(payload) : 0;
        CheckSignature(payload[start..], type);
        if (type is "audio/ogg" or "audio/opus") CheckPages(payload);
        using var file = new SoundFile(record.Record.Value!, start);
        if (type == "audio/opus" && !file.IsOpus) throw Bad("the Ogg stream in it is not Opus");
        AudioChunk chunk = SoundReader.ReadChunk(record, file, rateHz);
        if (isMp3) CheckAllIsRead(file.Rest);
        samples.Add(chunk);
    }

    // libsndfile would decode any format that it knows, and some of its readers are old.
    private static void CheckSignature(ReadOnlySpan<byte> payload, string type)
    {
        bool matches = type switch
        {
            "audio/flac" or "audio/x-flac" => payload.StartsWith("fLaC"u8),
            "audio/ogg" or "audio/opus" => payload.StartsWith("OggS"u8),
            _ => payload is [0xFF, >= 0xE0, ..],
        };
        if (!matches) throw Bad($"the sound begins with {Convert.ToHexString(payload[..Math.Min(8, payload.Length)])}, which is not {type}");
    }

    // Without a Xing header, libsndfile takes the number of frames from the first one's bit rate, and would leave out the rest. Tags may follow.
    private static void CheckAllIsRead(ReadOnlySpan<byte> rest)
    {
        if (rest.Length > MaxMp3FrameBytes && !rest.StartsWith("TAG"u8) && !rest.StartsWith("APETAGEX"u8))
            throw Bad($"{rest.Length} bytes lie behind its end, expected the number of frames (a Xing header) in an MP3 file of a variable bit rate");
    }

    // ID3v2.4, section 3.1: a header of ten bytes, the length of the rest in four times seven bits, and perhaps a footer. Pictures and texts are not read.
    private static int TagLength(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < 10 || !payload.StartsWith("ID3"u8)) return 0;
        int length = (payload[6] & 0x7F) << 21 | (payload[7] & 0x7F) << 14 | (payload[8] & 0x7F) << 7 | payload[9] & 0x7F;
        return Math.Min(payload.Length, 10 + length + ((payload[5] & 0x10) == 0 ? 0 : 10));
    }

    // libsndfile passes over pages that are damaged or missing. RFC 3533, section 6: a page has 27 bytes with the flags in the sixth, the checksum from the
    // 23rd on and the number of segments in the last, then their lengths, then the segments. Flag 4 ends the stream.
    private static void CheckPages(ReadOnlySpan<byte> payload)
    {
        int at = 0, flags = 0;
        while (payload.Length - at >= 27 && payload[at..].StartsWith("OggS"u8))
        {
            ReadOnlySpan<byte> page = payload[at..];
            int length = 27 + page[26];
            foreach (byte segment in page[27..Math.Min(length, page.Length)]) length += segment;
            if (length > page.Length || Checksum(page[..length]) != BinaryPrimitives.ReadUInt32LittleEndian(page[22..])) break;
            (at, flags) = (at + length, page[5]);
        }

        if (at != payload.Length || (flags & 4) == 0)
            throw Bad($"it is damaged or cut off: the pages of its Ogg stream are whole up to byte {at} of {payload.Length}");
    }

    // The CRC of 32 bits that begins with 0, highest bit first, of the page with 0 for the checksum itself.
    private static uint Checksum(ReadOnlySpan<byte> page)
    {
        uint sum = 0;
        for (int i = 0; i < page.Length; i++) sum = (sum << 8) ^ ChecksumTable[(sum >> 24) ^ (i is >= 22 and < 26 ? 0u : page[i])];
        return sum;
    }

    private static uint ChecksumOfByte(int value)
    {
        uint sum = (uint)value << 24;
        for (int bit = 0; bit < 8; bit++) sum = (sum << 1) ^ ((sum >> 31) * 0x04C11DB7);
        return sum;
    }

    private static BadPayloadException Bad(string message) => new(RejectionReason.Undecodable, message);
}
