using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using StreamPerceiver.Model;

namespace StreamPerceiver.Training;

/// <summary>From what the weights of a training follow. A training is resumed by the same alone, since another one would end in other weights.</summary>
internal static class TrainingIdentity
{
    private static readonly JsonSerializerOptions Form = new(TrainingHistory.Form) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    /// <summary>Describes a training, by the names of what it depends on.</summary>
    public static IReadOnlyDictionary<string, string> Describe(
        TrainingOptions options, PerceiverConfig config, IReadOnlyList<SafeTensor> tensors, WindowStore store,
        IReadOnlyList<Example> training, IReadOnlyList<Example> validation)
    {
        SortedDictionary<string, string> identity = new(StringComparer.Ordinal);
        foreach ((string key, JsonNode? value) in JsonSerializer.SerializeToNode(options, Form)!.AsObject())
            identity[$"recipe: {key}"] = value?.ToJsonString() ?? "null";
        foreach ((string name, IReadOnlyList<Example> examples) in new[] { ("data", training), ("validation", validation) })
        {
            identity[$"{name}: windows"] = HashOf(store, examples.Select(e => e with { Targets = new Dictionary<string, float[]>() }));
            identity[$"{name}: windows with their labels"] = HashOf(store, examples);
        }

        identity["model: sizes"] = Hash([Encoding.UTF8.GetBytes(ConfigFile.Format(config))]);
        identity["model: weights to begin with"] = Hash(tensors.OrderBy(t => t.Name, StringComparer.Ordinal).Select(t => t.Bytes));
        identity["threads of the model"] = $"{TorchSharp.torch.get_num_threads()}";
        return identity;
    }

    /// <summary>Refuses to go on with another training.</summary>
    /// <param name="folder">The training's folder, for the message.</param>
    /// <param name="stored">What the folder's step followed from.</param>
    /// <param name="given">What is given now.</param>
    /// <exception cref="TrainingException">They differ. The message has what was and what is.</exception>
    public static void RequireSame(string folder, IReadOnlyDictionary<string, string> stored, IReadOnlyDictionary<string, string> given)
    {
        string[] differences =
        [
            .. stored.Keys.Union(given.Keys).Order(StringComparer.Ordinal)
                .Where(key => stored.GetValueOrDefault(key) != given.GetValueOrDefault(key))
                .Select(key => $"{key} was {stored.GetValueOrDefault(key, "not there")} and is {given.GetValueOrDefault(key, "not there")}"),
        ];
        if (differences.Length == 0) return;
        throw new TrainingException(
            $"{folder}: cannot be resumed with another training than it has: {string.Join("; ", differences)}; expected the same, or another folder");
    }

    private static string HashOf(WindowStore store, IEnumerable<Example> examples)
    {
        Example[] all = [.. examples];
        return $"{all.Length} with SHA-256 {store.Hash(all)[..12]}";
    }

    private static string Hash(IEnumerable<ReadOnlyMemory<byte>> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ReadOnlyMemory<byte> part in parts) hash.AppendData(part.Span);
        return $"SHA-256 {Convert.ToHexStringLower(hash.GetHashAndReset())[..12]}";
    }
}
