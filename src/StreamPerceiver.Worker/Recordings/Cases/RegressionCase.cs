using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamPerceiver.Worker.Recordings.Cases;

/// <summary>
/// A regression case: a folder with a recording (<c>recording.mcap</c>), the predictions that a pipeline is expected to make of it (<c>golden.jsonl</c>), and
/// <c>case.json</c>, which names the pipeline.
/// </summary>
/// <param name="folder">The folder.</param>
internal sealed class RegressionCase(string folder)
{
    private const string Description = "case.json";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>The name of the folder.</summary>
    public string Name { get; } = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));

    /// <summary>The recording.</summary>
    public string Recording { get; } = Path.Combine(folder, "recording.mcap");

    /// <summary>The expected predictions.</summary>
    public string Golden { get; } = Path.Combine(folder, "golden.jsonl");

    /// <summary>Finds the cases of a place: itself if it has a <c>case.json</c>, else each folder in it.</summary>
    /// <exception cref="StreamPerceiverException">There is none.</exception>
    public static IReadOnlyList<RegressionCase> Find(string place)
    {
        if (File.Exists(Path.Combine(place, Description))) return [new RegressionCase(place)];
        string[] folders = Directory.Exists(place) ? Directory.GetDirectories(place) : [];
        return folders.Length > 0
            ? [.. folders.Order(StringComparer.Ordinal).Select(f => new RegressionCase(f))]
            : throw new StreamPerceiverException($"{place}: found no case, expected a folder with {Description}, or a folder of such folders");
    }

    /// <summary>Reads the path of the pipeline's file from <c>case.json</c>.</summary>
    /// <exception cref="StreamPerceiverException">The file is missing, or is no such JSON.</exception>
    public string ReadPipeline()
    {
        string path = Path.Combine(folder, Description);
        const string expected = """expected {"pipeline": FILE, "holds": TEXT}, with FILE relative to this folder""";
        if (!File.Exists(path)) throw new StreamPerceiverException($"{path}: is not there, {expected}");
        try
        {
            Content content = JsonSerializer.Deserialize<Content>(File.ReadAllText(path), Options) ?? throw new JsonException("it is null");
            return Path.GetRelativePath(Directory.GetCurrentDirectory(), Path.Combine(folder, content.Pipeline));
        }
        catch (JsonException e)
        {
            throw new StreamPerceiverException($"{path}: {e.Message} {expected}", e);
        }
    }

    // What the case holds is for the reader.
    private sealed record Content([property: JsonRequired] string Pipeline, [property: JsonRequired] string Holds);
}
