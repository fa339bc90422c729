using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace StreamPerceiver.Recordings;

/// <summary>What a run published of one window: a prediction, or an output with a topic of its own.</summary>
/// <param name="Id">The id of the CloudEvent, which is the same in every run.</param>
/// <param name="Topic">The topic.</param>
/// <param name="Sha256">SHA-256 of the value, in lower-case hexadecimal.</param>
/// <param name="Json">The value where it is JSON; null: bytes, of which the hash alone is kept.</param>
public sealed record RecordedPrediction(string Id, string Topic, string Sha256, string? Json)
{
    /// <summary>Makes it of a record's value.</summary>
    /// <param name="id">The id of the CloudEvent.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="value">The value.</param>
    /// <param name="isJson">Whether the value is JSON.</param>
    public static RecordedPrediction Of(string id, string topic, byte[] value, bool isJson)
        => new(id, topic, Convert.ToHexStringLower(SHA256.HashData(value)), isJson ? Encoding.UTF8.GetString(value) : null);

    /// <summary>Computes one hash of all predictions, whatever their order: SHA-256 of the lines <c>id sha256</c>, sorted by id.</summary>
    public static string HashOf(IEnumerable<RecordedPrediction> predictions)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (RecordedPrediction p in InOrder(predictions)) hash.AppendData(Encoding.UTF8.GetBytes($"{p.Id} {p.Sha256}\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Writes predictions to a file, a JSON object a line, sorted by id. The file replaces one that is there once it is whole.</summary>
    public static void WriteAll(string path, IEnumerable<RecordedPrediction> predictions)
    {
        string whole = $"{path}.new";
        File.WriteAllLines(whole, InOrder(predictions).Select(p => JsonSerializer.Serialize(p)));
        File.Move(whole, path, overwrite: true);
    }

    /// <summary>Reads the predictions of a file.</summary>
    /// <exception cref="RecordingException">A line is none.</exception>
    public static IReadOnlyList<RecordedPrediction> ReadAll(string path)
    {
        List<RecordedPrediction> predictions = [];
        foreach (string line in File.ReadLines(path))
        {
            try
            {
                var read = JsonSerializer.Deserialize<RecordedPrediction>(line);
                predictions.Add(read is { Id: not null, Sha256: not null } ? read : throw new JsonException("it has no id or no hash"));
            }
            catch (JsonException e)
            {
                throw new RecordingException($"{path}: line {predictions.Count + 1}: {e.Message}, expected a prediction as replay --accept writes it", e);
            }
        }

        return predictions;
    }

    private static IEnumerable<RecordedPrediction> InOrder(IEnumerable<RecordedPrediction> predictions)
        => predictions.OrderBy(p => p.Id, StringComparer.Ordinal).ThenBy(p => p.Topic, StringComparer.Ordinal);
}
