namespace StreamPerceiver.Training;

/// <summary>Writes a report to a folder.</summary>
public static class ReportFolder
{
    /// <summary>The name of the report in JSON.</summary>
    public const string JsonName = "report.json";

    /// <summary>Writes the report, and replaces one that is there.</summary>
    /// <exception cref="TrainingException">The disk is full, or the folder cannot be written.</exception>
    public static void Write(string folder, EvaluationReport report)
    {
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, JsonName), $"{report.ToJson()}\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"{folder}: {e.Message}", e);
        }
    }
}
