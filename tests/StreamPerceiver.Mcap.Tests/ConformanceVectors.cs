using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json.Nodes;

namespace StreamPerceiver.Mcap.Tests;

/// <summary>The vectors of the MCAP project's conformance suite.</summary>
internal static class ConformanceVectors
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Golden");

    /// <summary>The records and features of each vector, by name.</summary>
    public static IReadOnlyDictionary<string, JsonNode> All { get; } = Read();

    /// <summary>The SHA-256 of each vector's file, by name.</summary>
    public static IReadOnlyDictionary<string, string> Hashes { get; } = File.ReadLines(Path.Combine(Folder, "conformance.sha256"))
        .Select(line => line.Split(' ')).ToDictionary(p => Path.GetFileNameWithoutExtension(p[2]), p => p[0]);

    /// <summary>The features of a vector, such as <c>ch</c> for chunks.</summary>
    public static string[] Features(JsonNode vector) => [.. vector["meta"]!["variant"]!["features"]!.AsArray().Select(f => f!.GetValue<string>())];

    private static Dictionary<string, JsonNode> Read()
    {
        var vectors = new Dictionary<string, JsonNode>();
        using var tar = new TarReader(new GZipStream(File.OpenRead(Path.Combine(Folder, "conformance.tar.gz")), CompressionMode.Decompress));
        while (tar.GetNextEntry() is { } entry)
            if (entry.DataStream is { } data)
                vectors.Add(Path.GetFileNameWithoutExtension(entry.Name), JsonNode.Parse(data)!);
        return vectors;
    }
}
