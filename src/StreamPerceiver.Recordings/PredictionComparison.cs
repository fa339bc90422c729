using System.Globalization;
using System.Text.Json;

namespace StreamPerceiver.Recordings;

/// <summary>A value that differs between two runs.</summary>
/// <param name="Id">The id of the prediction: pipeline, entity and window.</param>
/// <param name="Path">Where in the prediction, such as <c>outputs.state.labels[0].probability</c>; empty: the whole.</param>
/// <param name="Found">What this run has; null: nothing.</param>
/// <param name="Expected">What the other one has; null: nothing.</param>
public sealed record PredictionDifference(string Id, string Path, string? Found, string? Expected)
{
    /// <summary>Whether this run alone has the prediction.</summary>
    public bool IsAdded => Path.Length == 0 && Expected is null;

    /// <summary>Whether the other run alone has the prediction.</summary>
    public bool IsRemoved => Path.Length == 0 && Found is null;
}

/// <summary>Compares the predictions of two runs, by their ids.</summary>
public static class PredictionComparison
{
    private const string Whole = "", APrediction = "a prediction";

    /// <summary>Finds all differences, in the order of the ids.</summary>
    /// <param name="found">The predictions of this run.</param>
    /// <param name="expected">Those of the other one.</param>
    /// <param name="tolerance">
    /// The greatest difference of two numbers that is none (default: 0, equal to the bit). Where the expected number is beyond 1, it is the share of that.
    /// </param>
    public static IEnumerable<PredictionDifference> Compare(
        IEnumerable<RecordedPrediction> found, IEnumerable<RecordedPrediction> expected, double tolerance = 0)
    {
        SortedDictionary<string, (RecordedPrediction? Found, RecordedPrediction? Expected)> all = new(StringComparer.Ordinal);
        foreach (RecordedPrediction p in found) all[p.Id] = (p, null);
        foreach (RecordedPrediction p in expected) all[p.Id] = (all.GetValueOrDefault(p.Id).Found, p);
        return all.SelectMany(pair => ComparePredictions(pair.Key, pair.Value.Found, pair.Value.Expected, tolerance));
    }

    private static PredictionDifference[] ComparePredictions(string id, RecordedPrediction? found, RecordedPrediction? expected, double tolerance)
    {
        if (found is null || expected is null)
            return [new PredictionDifference(id, Whole, found is null ? null : APrediction, expected is null ? null : APrediction)];
        if (found.Sha256 == expected.Sha256) return [];
        if (found.Json is null || expected.Json is null)
            return [new PredictionDifference(id, Whole, $"bytes with SHA-256 {found.Sha256}", $"bytes with SHA-256 {expected.Sha256}")];
        using JsonDocument one = JsonDocument.Parse(found.Json), other = JsonDocument.Parse(expected.Json);
        PredictionDifference[] differences = [.. CompareElements(id, Whole, one.RootElement, other.RootElement, tolerance)];
        return differences.Length > 0 || tolerance > 0 ? differences : [new PredictionDifference(id, Whole, found.Json, expected.Json)];
    }

    private static IEnumerable<PredictionDifference> CompareElements(string id, string path, JsonElement? one, JsonElement? other, double tolerance)
    {
        if (one is not { } found || other is not { } expected || found.ValueKind != expected.ValueKind)
            return [new PredictionDifference(id, path, one?.GetRawText(), other?.GetRawText())];
        switch (found.ValueKind)
        {
            case JsonValueKind.Object:
                string[] names = [.. found.EnumerateObject().Concat(expected.EnumerateObject()).Select(p => p.Name).Distinct(StringComparer.Ordinal)];
                return names.SelectMany(name => CompareElements(
                    id, path.Length == 0 ? name : $"{path}.{name}", Member(found, name), Member(expected, name), tolerance));
            case JsonValueKind.Array:
                return Enumerable.Range(0, Math.Max(found.GetArrayLength(), expected.GetArrayLength())).SelectMany(i => CompareElements(
                    id, string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), Item(found, i), Item(expected, i), tolerance));
            case JsonValueKind.Number when Math.Abs(found.GetDouble() - expected.GetDouble()) <= tolerance * Math.Max(1, Math.Abs(expected.GetDouble())):
                return [];
            default:
                return found.GetRawText() == expected.GetRawText() ? [] : [new PredictionDifference(id, path, found.GetRawText(), expected.GetRawText())];
        }
    }

    private static JsonElement? Member(JsonElement of, string name) => of.TryGetProperty(name, out JsonElement member) ? member : null;

    private static JsonElement? Item(JsonElement of, int index) => index < of.GetArrayLength() ? of[index] : null;
}
