using StreamPerceiver.Mcap;

namespace StreamPerceiver.Recordings.Files;

/// <summary>What an MCAP file is, by its header and its summary.</summary>
/// <param name="Path">The file.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Profile">The rules that its channels follow, such as <c>ros2</c>; empty: none.</param>
/// <param name="Library">The program that wrote it.</param>
/// <param name="HasSummary">Whether it has a summary with the places of its chunks. Without one it is read from its beginning.</param>
/// <param name="Chunks">Chunks; 0 where the summary has no places of them.</param>
/// <param name="Compression">How its chunks are compressed, such as <c>lz4</c>, with commas between; <c>none</c>: they are not.</param>
public sealed record FileOverview(string Path, long Bytes, string Profile, string Library, bool HasSummary, int Chunks, string Compression)
{
    /// <summary>Reads the header and the summary of a file.</summary>
    /// <exception cref="RecordingException">It is cut off or damaged.</exception>
    public static FileOverview Of(string path)
    {
        using FileStream stream = File.OpenRead(path);
        try
        {
            McapFile file = McapFile.Open(stream);
            McapChunkIndex[] chunks = [.. file.Summary.OfType<McapChunkIndex>()];
            string[] compressions = [.. chunks.Select(c => c.Compression.Length == 0 ? "none" : c.Compression).Distinct().Order(StringComparer.Ordinal)];
            return new FileOverview(
                path, stream.Length, file.Header.Profile, file.Header.Library, chunks.Length > 0 || file.Statistics is { MessageCount: 0 },
                chunks.Length, compressions.Length == 0 ? "none" : string.Join(", ", compressions));
        }
        catch (McapException e)
        {
            throw new RecordingException($"{path}: {e.Message}", e);
        }
    }
}
