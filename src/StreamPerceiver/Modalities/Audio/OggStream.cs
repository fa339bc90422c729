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

    private ReadOnlySpan<byte> FirstPacket() => pages[0].Segments(payload).FirstOrDefault().Span;
}
