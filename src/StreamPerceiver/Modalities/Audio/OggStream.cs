using System.Buffers.Binary;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Audio;

/// <summary>One logical stream of an Ogg file. The streams of a chained file follow one another.</summary>
/// <param name="payload">The file.</param>
/// <param name="pages">The stream's pages, at least one.</param>
internal sealed class OggStream(ReadOnlyMemory<byte> payload, IReadOnlyList<OggPage> pages)
{
    private const int FlacPrefixBytes = 9; // of the first packet: 7F, FLAC, two bytes of version, the number of header packets

    /// <summary>What is in the stream, by its first packet.</summary>
    public string Kind => FirstPacket() switch
    {
        [1, (byte)'v', (byte)'o', (byte)'r', (byte)'b', (byte)'i', (byte)'s', ..] => "Vorbis",
        [(byte)'O', (byte)'p', (byte)'u', (byte)'s', (byte)'H', (byte)'e', (byte)'a', (byte)'d', ..] => "Opus",
        [0x7F, (byte)'F', (byte)'L', (byte)'A', (byte)'C', _, _, _, _, ..] => "FLAC",
        [(byte)'S', (byte)'p', (byte)'e', (byte)'e', (byte)'x', ..] => "Speex",
        [0x80, (byte)'t', (byte)'h', (byte)'e', (byte)'o', (byte)'r', (byte)'a', ..] => "Theora",
        var other => $"of an unknown kind ({Convert.ToHexString(other[..Math.Min(8, other.Length)])})",
    };

    /// <summary>The stream's bytes. Damaged pages among them are left out.</summary>
    public ReadOnlyMemory<byte> Bytes
    {
        get
        {
            int start = pages[0].Start, end = pages[^1].Start + pages[^1].Length;
            if (pages.Sum(page => page.Length) == end - start) return payload[start..end];
            return pages.SelectMany(page => payload.Slice(page.Start, page.Length).ToArray()).ToArray();
        }
    }

    /// <summary>
    /// Splits a file into its streams. Libraries pass over pages that are damaged or missing, so their checksums and numbers are compared here.
    /// </summary>
    /// <param name="payload">The file.</param>
    /// <param name="onDamage">Is told of damage, and may throw.</param>
    /// <exception cref="BadPayloadException">Several streams lie side by side.</exception>
    public static IReadOnlyList<OggStream> Split(ReadOnlyMemory<byte> payload, Action<string> onDamage)
    {
        List<List<OggPage>> streams = [];
        foreach (OggPage page in Pages(payload, onDamage))
        {
            OggPage? last = streams.Count > 0 ? streams[^1][^1] : null;
            if (page.IsFirst)
            {
                if (last is { IsFirst: true, IsLast: false })
                    throw new BadPayloadException(RejectionReason.Undecodable, "several Ogg streams lie side by side in it, expected one");
                if (last is { IsLast: false }) onDamage($"it is damaged or cut off: an Ogg stream ends at byte {page.Start} without its last page");
                streams.Add([page]);
            }
            else if (last is null || last.Value.Stream != page.Stream)
            {
                onDamage($"it is damaged: the Ogg page at byte {page.Start} belongs to no stream");
            }
            else
            {
                if (page.Number != last.Value.Number + 1)
                    onDamage($"it is damaged: at byte {page.Start} page {page.Number} of its Ogg stream follows page {last.Value.Number}");
                streams[^1].Add(page);
            }
        }

        if (streams.Count == 0 || !streams[^1][^1].IsLast) onDamage("it is cut off: its Ogg stream has no last page");
        return [.. streams.Select(pages => new OggStream(payload, pages))];
    }

    /// <summary>Estimates the seconds of a file by the positions of its pages, whose checksums are not compared.</summary>
    public static double Seconds(ReadOnlyMemory<byte> payload)
    {
        ReadOnlySpan<byte> bytes = payload.Span;
        double seconds = 0;
        (long first, long last, int rate) = (-1, 0, 0);
        for (int at = 0; OggPage.AtUnchecked(bytes, at) is { } page; at += page.Length)
        {
            if (page.IsFirst)
            {
                End();
                (first, last, rate) = (-1, 0, RateOf(new OggStream(payload, [page]).FirstPacket()));
            }

            long position = page.Position(bytes);
            if (position > 0) (first, last) = (first < 0 ? position : first, position);
        }

        End();
        return seconds;

        // A stream whose first page is far from 0 was recorded from its middle on. A page has a second of sound as a rule.
        void End() => seconds += rate > 0 ? Math.Max(0, last - (first > 10L * rate ? first - rate : 0)) / (double)rate : 0;
    }

    private static int RateOf(ReadOnlySpan<byte> packet) => packet switch
    {
        [1, (byte)'v', ..] when packet.Length >= 16 => BinaryPrimitives.ReadInt32LittleEndian(packet[12..]),
        [(byte)'O', (byte)'p', ..] => 48_000,
        [0x7F, (byte)'F', ..] when packet.Length >= 31 => (int)(BinaryPrimitives.ReadUInt32BigEndian(packet[27..]) >> 12),
        _ => 0,
    };

    /// <summary>Takes a FLAC stream out of its pages.</summary>
    public ReadOnlyMemory<byte> FlacBytes()
    {
        var bytes = new MemoryStream();
        foreach (OggPage page in pages)
            foreach (ReadOnlyMemory<byte> segment in page.Segments(payload))
                bytes.Write(segment.Span);
        return bytes.ToArray().AsMemory(FlacPrefixBytes);
    }

    private static IEnumerable<OggPage> Pages(ReadOnlyMemory<byte> payload, Action<string> onDamage)
    {
        for (int at = 0; at < payload.Length;)
        {
            if (OggPage.At(payload.Span, at) is { } page)
            {
                yield return page;
                at += page.Length;
                continue;
            }

            onDamage($"it is damaged or cut off: the pages of its Ogg stream are whole up to byte {at} of {payload.Length}");
            int next = payload.Span[(at + 1)..].IndexOf(OggPage.Signature);
            at = next < 0 ? payload.Length : at + 1 + next;
        }
    }

    /// <summary>Puts a packet together, by its index in the stream. Returns an empty one where the stream has fewer.</summary>
    public byte[] Packet(int index)
    {
        var packet = new MemoryStream();
        foreach (ReadOnlyMemory<byte> segment in pages.SelectMany(page => page.Segments(payload)))
        {
            if (index == 0) packet.Write(segment.Span);
            if (segment.Length == 255) continue;
            if (index == 0) break;
            index--;
        }

        return packet.ToArray();
    }

    private ReadOnlySpan<byte> FirstPacket() => pages[0].Segments(payload).FirstOrDefault().Span;
}
