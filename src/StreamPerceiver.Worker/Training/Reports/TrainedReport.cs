using StreamPerceiver.Model;
using StreamPerceiver.Training;

namespace StreamPerceiver.Worker.Training.Reports;

/// <summary>Writes the report of a training: how good its best model is on the validation.</summary>
internal static class TrainedReport
{
    private const string Folder = "report";

    /// <summary>Writes the report into the training's folder. Outputs that learn without labels have the loss alone, in the training's course.</summary>
    /// <param name="request">The training.</param>
    /// <param name="sets">The windows.</param>
    /// <param name="reader">Reads them as in the training.</param>
    /// <param name="validation">The examples that chose the best model.</param>
    /// <exception cref="TrainingException">The disk is full, or the folder cannot be written.</exception>
    public static void Write(TrainingRequest request, LabelledData sets, BatchReader reader, IReadOnlyList<Example> validation)
    {
        using PerceiverModel model = Checkpoint.Load(request.Folder);
        OutputScorer[] scorers =
        [
            .. sets.Outputs.Where(o => !sets.Sources.ContainsKey(o) && validation.Any(e => e.Targets.ContainsKey(o)))
                .Select(o => OutputScorer.For(o, model.Config.Outputs[o])),
        ];
        // Without the folder's name, equal trainings have equal files.
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(request.Pipeline.ModelDirectory));
        EvaluationReport report = new Evaluator(reader, validation, scorers).Report(request.Pipeline.Name, name, model);
        ReportFolder.Write(Path.Combine(request.Folder, Folder), report, request.Folder, sets.Show(reader));
    }
}
