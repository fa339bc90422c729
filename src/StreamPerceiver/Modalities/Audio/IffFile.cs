using System.Buffers.Binary;
using System.Text;

namespace StreamPerceiver.Modalities.Audio;

/// <summary>A chunk of a file.</summary>
/// <param name="Id">Its four letters.</param>
/// <param name="Data">What of it is there.</param>
/// <param name="Claimed">Its length by its header, in bytes; the length of the data where the header gives none.</param>
internal readonly record struct IffChunk(string Id, ReadOnlyMemory<byte> Data, long Claimed)
{
    /// <summary>Whether the file ends before the chunk does.</summary>
    public bool IsCutOff => Claimed > Data.Length;
}

/// <summary>
/// The chunks of a WAV file (RIFF, RIFX, RF64 or BW64) or an AIFF file (FORM), as recorders and pipes write them. The length of the whole is not used. A chunk
/// of sound whose writer could not know the length goes on to the end of the payload.
/// </summary>
internal static class IffFile
{
    // A writer that cannot go back leaves 0, FFFFFFFF, 80000000 or 7FFFFFFF, sometimes less a header or a part of a block. No record is so long.
    private const long UnknownFrom = 0x7FFF_0000;

    // Chunks that follow one of odd length. Its pad byte may be missing, or may be no zero, so their names tell where they begin.
    private static readonly HashSet<string> Known =
    [
        "fmt ", "data", "fact", "LIST", "list", "JUNK", "junk", "PAD ", "FLLR", "bext", "iXML", "axml", "chna", "cue ", "smpl", "inst", "PEAK", "id3 ", "ID3 ",
        "DISP", "cart", "minf", "elm1", "regn", "umid", "COMM", "SSND", "MARK", "COMT", "NAME", "AUTH", "ANNO", "APPL", "FVER", "CHAN", "(c) ",
    ];

    /// <summary>Reads the chunks, up to the end of the payload or the first one that is cut off.</summary>
    /// <param name="payload">The file, of which the first 12 bytes are its header.</param>
    /// <param name="sound">The name of the chunks that hold sound.</param>
    /// <param name="isBigEndian">How lengths are written.</param>
    public static IReadOnlyList<IffChunk> Chunks(ReadOnlyMemory<byte> payload, string sound, bool isBigEndian)
    {
        List<IffChunk> chunks = [];
        long longLength = 0; // of the sound, by a chunk ds64
        for (int at = 12; at + 8 <= payload.Length;)
        {
            (string id, long length) = Header(payload.Span, at, isBigEndian);
            at += 8;
            int left = payload.Length - at;
            if (id == "ds64" && Math.Min(length, left) >= 16) longLength = (long)BinaryPrimitives.ReadUInt64LittleEndian(payload.Span[(at + 8)..]);
            if (id == sound)
            {
                if (length == uint.MaxValue && longLength > 0) length = longLength;
                if (length >= UnknownFrom || (length == 0 && !IsChainOfChunks(payload.Span, at, isBigEndian))) length = left;
            }

            chunks.Add(new IffChunk(id, payload.Slice(at, (int)Math.Min(length, left)), length));
            if (length > left) break;
            at = Next(payload.Span, at + (int)length, length % 2 != 0);
        }

        return chunks;
    }

    private static (string Id, long Length) Header(ReadOnlySpan<byte> payload, int at, bool isBigEndian)
    {
        ReadOnlySpan<byte> length = payload.Slice(at + 4, 4);
        return (Name(payload, at), isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(length) : BinaryPrimitives.ReadUInt32LittleEndian(length));
    }

    // Whether what follows is chunks up to the end, and not sound.
    private static bool IsChainOfChunks(ReadOnlySpan<byte> payload, int at, bool isBigEndian)
    {
        long next = at;
        while (next + 8 <= payload.Length && HasName(payload, (int)next))
        {
            long length = Header(payload, (int)next, isBigEndian).Length;
            next += 8 + length + length % 2;
        }

        return next == payload.Length || next == payload.Length + 1L;
    }

    private static int Next(ReadOnlySpan<byte> payload, int end, bool isOdd)
    {
        if (!isOdd || IsKnown(payload, end + 1)) return isOdd ? end + 1 : end;
        return IsKnown(payload, end) || (HasName(payload, end) && !HasName(payload, end + 1)) ? end : end + 1;
    }

    private static bool IsKnown(ReadOnlySpan<byte> payload, int at)
        => HasName(payload, at) && Known.Contains(Name(payload, at));

    private static bool HasName(ReadOnlySpan<byte> payload, int at)
        => at + 8 <= payload.Length && !payload.Slice(at, 4).ContainsAnyExceptInRange((byte)' ', (byte)'~');

    private static string Name(ReadOnlySpan<byte> payload, int at) => Encoding.Latin1.GetString(payload.Slice(at, 4));
}
