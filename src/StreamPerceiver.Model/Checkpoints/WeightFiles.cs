using System.Text.Json;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Model;

/// <summary>Finds and reads the weights of a model directory: one file, or several files (shards) with an index from tensor to shard.</summary>
internal static class WeightFiles
{
    private const string IndexSuffix = ".index.json";

    private static readonly (string Name, Func<string, IReadOnlyDictionary<string, SafeTensor>> Read)[] Formats =
    [
        ("model.safetensors", SafeTensors.Read),
        ("pytorch_model.bin", TorchFile.Read),
    ];

    /// <summary>Lists the files with the weights, shards in ordinal order. The list is empty where there are no weights.</summary>
    /// <exception cref="CheckpointException">The index of shards is damaged.</exception>
    public static IReadOnlyList<string> Find(string directory)
    {
        foreach ((string name, _) in Formats)
        {
            string file = Path.Combine(directory, name);
            if (File.Exists(file))
                return [file];
            if (File.Exists(file + IndexSuffix))
                return [.. Shards(file + IndexSuffix, ReadMap(file + IndexSuffix)).Select(s => Path.Combine(directory, s))];
        }

        return [];
    }

    /// <summary>Reads the first of these that exists: model.safetensors, its shards, pytorch_model.bin, its shards.</summary>
    /// <returns>The file or index, for messages, and the tensors.</returns>
    /// <exception cref="CheckpointException">No such file exists, a file is damaged, or an index and its shards disagree.</exception>
    public static (string File, IReadOnlyDictionary<string, SafeTensor> Tensors) Read(string directory)
    {
        List<string> asked = [];
        foreach ((string name, Func<string, IReadOnlyDictionary<string, SafeTensor>> read) in Formats)
        {
            string file = Path.Combine(directory, name);
            if (File.Exists(file))
                return (file, read(file));
            if (File.Exists(file + IndexSuffix))
                return (file + IndexSuffix, ReadShards(directory, file + IndexSuffix, read));
            asked.AddRange([file, file + IndexSuffix]);
        }

        throw new CheckpointException(directory, $"has no weights; expected one of {string.Join(", ", asked)}; it has {Listing(directory)}");
    }

    // Weights often lie there under another name, or in another format.
    private static string Listing(string directory)
    {
        const int MostShown = 10;
        string[] names = [.. Directory.EnumerateFileSystemEntries(directory).Select(e => Path.GetFileName(e)).Order(StringComparer.Ordinal)];
        return names.Length == 0 ? "no files" : string.Join(", ", names.Take(MostShown)) + (names.Length > MostShown ? ", ..." : "");
    }

    private static Dictionary<string, SafeTensor> ReadShards(string directory, string index, Func<string, IReadOnlyDictionary<string, SafeTensor>> read)
    {
        Dictionary<string, string> map = ReadMap(index);
        List<string> problems = [];
        Dictionary<string, SafeTensor> tensors = new(StringComparer.Ordinal);
        foreach (string shard in Shards(index, map))
        {
            foreach ((string name, SafeTensor tensor) in read(Path.Combine(directory, shard)))
            {
                if (!map.TryGetValue(name, out string? owner))
                    problems.Add($"'{name}' is in '{shard}' but not in the map");
                else if (owner != shard)
                    problems.Add($"'{name}' is in '{shard}': the map gives it to '{owner}'");
                else
                    tensors.Add(name, tensor);
            }
        }

        problems.AddRange(map.Where(m => !tensors.ContainsKey(m.Key)).Select(m => $"'{m.Key}' is not in '{m.Value}', which the map gives it to"));
        return problems.Count == 0 ? tensors : throw new CheckpointException(index, problems);
    }

    private static string[] Shards(string index, Dictionary<string, string> map)
    {
        string directory = Path.GetDirectoryName(index)!;
        string[] shards = [.. map.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        string[] problems =
        [
            .. shards.Where(s => !IsPlainName(s)).Select(s => $"names the shard '{s}': expected a file name without a path"),
            .. shards.Where(s => IsPlainName(s) && !File.Exists(Path.Combine(directory, s))).Select(s => $"names the shard '{s}', which is not there"),
        ];
        return problems.Length == 0 ? shards : throw new CheckpointException(index, problems);
    }

    private static Dictionary<string, string> ReadMap(string index)
    {
        if (FileKind.Problem(index, "the JSON of an index", FileKind.Json) is string problem)
            throw new CheckpointException(index, problem);
        try
        {
            using JsonDocument document = StrictJson.Parse(File.ReadAllBytes(index));
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("weight_map", out JsonElement map)
                || map.ValueKind != JsonValueKind.Object || map.EnumerateObject().Any(p => p.Value.ValueKind != JsonValueKind.String))
                throw new CheckpointException(index, "has no \"weight_map\" that is an object of texts: tensor name to file name");
            return map.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!, StringComparer.Ordinal);
        }
        catch (JsonException e)
        {
            throw new CheckpointException(index, $"not valid JSON: {e.Message}", e);
        }
    }

    // An index is untrusted. Its file names must not lead out of the model's directory, with any system's path separators.
    private static bool IsPlainName(string name) => name is not ("" or "." or "..") && name.IndexOfAny(['/', '\\', ':', '\0']) < 0;
}
