using StreamPerceiver.Training;

namespace StreamPerceiver.Worker.Training.Reports;

/// <summary>Writes a report to a folder: as JSON, and as a page of HTML.</summary>
internal static class ReportFolder
{
    private const string JsonName = "report.json", PageName = "report.html";

    /// <summary>Writes both files, and replaces those that are there.</summary>
    /// <param name="folder">The folder, which is made where it is missing.</param>
    /// <param name="report">The report.</param>
    /// <param name="model">The model's directory, which may have the history of its training.</param>
    /// <param name="picture">Shows windows.</param>
    /// <exception cref="TrainingException">The disk is full, the folder cannot be written, or the history is damaged.</exception>
    public static void Write(string folder, EvaluationReport report, string model, WindowPicture picture)
    {
        string history = Path.Combine(model, TrainingHistory.FileName);
        string page = new ReportPage(report, File.Exists(history) ? TrainingHistory.Read(history) : null, picture.Show).Write();
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, JsonName), $"{report.ToJson()}\n");
            File.WriteAllText(Path.Combine(folder, PageName), page);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"{folder}: {e.Message}", e);
        }
    }
}
