using System.Text.Json.Serialization;
using StreamPerceiver.Mcap;
using StreamPerceiver.Recordings.Files;
using StreamPerceiver.Recordings.Times;

namespace StreamPerceiver.Recordings.Info;

/// <summary>What an MCAP file is, by its header and its summary.</summary>
/// <param name="Path">The file.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Profile">The rules that its channels follow, such as <c>ros2</c>; empty: none.</param>
/// <param name="Library">The program that wrote it.</param>
/// <param name="HasIndexes">Whether its summary has the places of its chunks. Without them it is read from its beginning.</param>
/// <param name="Chunks">Chunks; 0 where the summary has no places of them.</param>
/// <param name="Compression">How its chunks are compressed, such as <c>lz4</c>, with commas between; <c>none</c>: they are not.</param>
public sealed record FileOverview(string Path, long Bytes, string Profile, string Library, bool HasIndexes, int Chunks, string Compression)
{
    /// <summary>The least time of its messages, by its summary; 0 (default) where it has none.</summary>
    [JsonIgnore]
    public long BeginNs { get; private init; }

    /// <summary>Reads the header and the summary of a file.</summary>
    /// <exception cref="RecordingException">It is cut off or damaged.</exception>
    public static FileOverview Of(string path)
    {
        using FileStream stream = File.OpenRead(path);
        McapFile file = MendableFile.Checked(path, () => McapFile.Open(stream));
        McapChunkIndex[] chunks = [.. file.Summary.OfType<McapChunkIndex>()];
        string[] compressions = [.. chunks.Select(c => c.Compression.Length == 0 ? "none" : c.Compression).Distinct().Order(StringComparer.Ordinal)];
        return new FileOverview(
            path, stream.Length, file.Header.Profile, file.Header.Library, chunks.Length > 0 || file.Statistics is { MessageCount: 0 },
            chunks.Length, compressions.Length == 0 ? "none" : string.Join(", ", compressions))
        {
            BeginNs = file.BeginNs(),
        };
    }
}
