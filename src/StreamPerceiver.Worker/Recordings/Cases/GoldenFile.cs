using System.Globalization;
using StreamPerceiver.Recordings;

namespace StreamPerceiver.Worker.Recordings.Cases;

/// <summary>Compares predictions with those that are expected, and prints what differs.</summary>
/// <param name="name">What the lines begin with: the verb or the case.</param>
/// <param name="output">Receives the lines.</param>
internal sealed class GoldenFile(string name, TextWriter output)
{
    private const int MostLines = 20;

    /// <summary>Compares predictions with expected ones, prints the first differences, and returns how many predictions differ.</summary>
    /// <param name="found">The predictions.</param>
    /// <param name="path">The file of the expected ones, for the messages.</param>
    /// <param name="expected">The expected ones.</param>
    /// <param name="tolerance">The difference of two numbers that is none (<see cref="PredictionComparison"/>).</param>
    public int Verify(IReadOnlyList<RecordedPrediction> found, string path, IReadOnlyList<RecordedPrediction> expected, double tolerance)
    {
        PredictionDifference[] differences = [.. PredictionComparison.Compare(found, expected, tolerance)];
        Print(differences, path);
        string limit = tolerance == 0 ? "to the bit" : string.Create(CultureInfo.InvariantCulture, $"within {tolerance}");
        int different = Ids(differences).Count();
        output.WriteLine($"{name}: {expected.Count} predictions in {path}, {different} differ, compared {limit}");
        return different;
    }

    /// <summary>Writes predictions as the expected ones, and prints what that changes. The file that is there stays until the new one is whole.</summary>
    /// <param name="found">The predictions.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="RecordingException">The file that is there has no predictions.</exception>
    public void Accept(IReadOnlyList<RecordedPrediction> found, string path)
    {
        string changes = File.Exists(path) ? DescribeChanges(found, path) : "a new file";
        RecordedPrediction.WriteAll(path, found);
        output.WriteLine($"{name}: wrote {found.Count} predictions to {path}: {changes}");
    }

    private string DescribeChanges(IReadOnlyList<RecordedPrediction> found, string path)
    {
        PredictionDifference[] differences = [.. PredictionComparison.Compare(found, RecordedPrediction.ReadAll(path))];
        Print(differences, path);
        int added = differences.Count(d => d.IsAdded), removed = differences.Count(d => d.IsRemoved);
        return $"{added} added, {removed} removed, {Ids(differences).Count() - added - removed} changed";
    }

    private void Print(PredictionDifference[] differences, string path)
    {
        foreach (PredictionDifference d in differences.Take(MostLines))
            output.WriteLine($"  {d.Id}: {(d.Path.Length == 0 ? "prediction" : d.Path)} is {d.Found ?? "missing"}, {path} has {d.Expected ?? "none"}");
        if (differences.Length > MostLines) output.WriteLine($"  and {differences.Length - MostLines} more differences");
    }

    private static IEnumerable<string> Ids(PredictionDifference[] differences) => differences.Select(d => d.Id).Distinct(StringComparer.Ordinal);
}
