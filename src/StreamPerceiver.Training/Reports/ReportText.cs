using System.Globalization;
using System.Text;
using static System.FormattableString;

namespace StreamPerceiver.Training;

/// <summary>Writes a report as lines of text.</summary>
public static class ReportText
{
    private const int MostColumns = 12, MostNamed = 5;

    /// <summary>Writes the figures of all outputs.</summary>
    public static string Write(EvaluationReport report)
    {
        var text = new StringBuilder();
        foreach (OutputReport output in report.Outputs)
        {
            if (output.Confusion is not null && output.Labels!.Count <= MostColumns) WriteConfusion(text, output);
            else if (output.Labels is { } labels) WriteLabels(text, output, labels);
            foreach (ValueFigures value in output.Values ?? [])
                text.AppendLine(Invariant($"{output.Output} {value.Name}: MAE {value.Mae:G4}, RMSE {value.Rmse:G4}, R2 {Number(value.R2, "F3")}"));
            WriteInputs(text, report, output);
            foreach (BaselineFigure baseline in output.Baselines ?? [])
                text.AppendLine($"{output.Output} by {baseline.Name}: {Value(output.Figure, baseline.Value)}");
            if (output.Against is { } against) WriteComparison(text, output.Output, report.Model, against);
        }

        return text.ToString();
    }

    /// <summary>Writes a figure: accuracy in percent, other figures as they are.</summary>
    public static string Value(string figure, double value) => figure == "accuracy"
        ? value.ToString("P1", CultureInfo.InvariantCulture) + " right"
        : $"{figure} {value.ToString("G4", CultureInfo.InvariantCulture)}";

    /// <summary>Writes the difference of two models with its interval.</summary>
    public static string Difference(ModelComparison c)
    {
        (double factor, string form, string unit) = c.Figure == "accuracy" ? (100, "+0.0;-0.0;0.0", " points") : (1, "+0.####;-0.####;0", "");
        string Signed(double x) => (factor * x).ToString(form, CultureInfo.InvariantCulture);
        return $"{Signed(c.Difference)}{unit}, with 95 % confidence between {Signed(c.Interval[0])} and {Signed(c.Interval[1])}";
    }

    private static void WriteConfusion(StringBuilder text, OutputReport output)
    {
        string[] names = [.. output.Labels!.Select(l => l.Label)];
        int width = names.Max(l => l.Length) + 2, first = Math.Max(width, 17);
        text.AppendLine($"{"true \\ answered".PadRight(first)}{string.Concat(names.Select(l => l.PadLeft(width)))}{"recall",9}{"precision",11}");
        var counts = output.Confusion!.ToDictionary(c => (c.Truth, c.Answer), c => c.Windows);
        foreach (LabelFigures label in output.Labels!)
        {
            string row = string.Concat(names.Select(a => $"{counts.GetValueOrDefault((label.Label, a))}".PadLeft(width)));
            text.AppendLine($"{label.Label.PadRight(first)}{row}{Number(label.Recall, "P1"),9}{Number(label.Precision, "P1"),11}");
        }
    }

    private static void WriteLabels(StringBuilder text, OutputReport output, IReadOnlyList<LabelFigures> labels)
    {
        LabelFigures[] shown = [.. labels.Where(l => l.Windows + l.Answered > 0)];
        foreach (LabelFigures l in shown)
        {
            string figures = $"precision {Number(l.Precision, "P1")}, recall {Number(l.Recall, "P1")}, F1 {Number(l.F1, "F3")}";
            text.AppendLine($"{output.Output} {l.Label}: {figures}, {l.Windows} windows");
        }

        if (shown.Length < labels.Count) text.AppendLine($"{output.Output}: {labels.Count - shown.Length} labels are of no window, and were never answered");
    }

    private static void WriteInputs(StringBuilder text, EvaluationReport report, OutputReport output)
    {
        foreach (InputsFigure f in output.Masked)
        {
            string which = f.Inputs.Count == report.Inputs.Count ? "with all inputs" : $"with {string.Join(", ", f.Inputs)} alone";
            string calibration = f == output.Masked[0] && output.Calibration is { } c ? $", calibration error {Number(c.Error, "P1")}" : "";
            text.AppendLine(Invariant($"{output.Output} {which}: {Value(output.Figure, f.Value)}, {f.Windows} windows, loss {f.Loss:G4}{calibration}"));
        }

        foreach (InputsFigure f in output.Present)
        {
            string[] missing = [.. report.Inputs.Except(f.Inputs)];
            string verb = missing.Length == 1 ? "is" : "are";
            string which = missing.Length == 0 ? "where no input is missing" : $"where {string.Join(" and ", missing)} {verb} missing";
            text.AppendLine($"{output.Output} {which}: {Value(output.Figure, f.Value)}, {f.Windows} windows");
        }
    }

    private static void WriteComparison(StringBuilder text, string output, string model, ModelComparison c)
    {
        string others = c.Unmatched > 0 ? $" ({c.Unmatched} windows of one alone are left out)" : "";
        text.AppendLine(
            $"{output} against {c.Model} of {c.Pipeline}: {Value(c.Figure, c.Value)} and {Value(c.Figure, c.Other)} of the same {c.Windows} windows{others}");
        text.AppendLine($"{output} difference: {Difference(c)}, by a bootstrap of {c.Drawn}");
        if (c is not { RightHere: { } here, RightThere: { } there, McNemarP: { } p }) return;
        text.AppendLine(Invariant(
            $"{output}: {here.Count} windows are right by {model} alone, {there.Count} by {c.Model} alone; McNemar's exact p {p:G3}"));
        WriteWindows(text, output, model, here);
        WriteWindows(text, output, c.Model, there);
    }

    private static void WriteWindows(StringBuilder text, string output, string model, IReadOnlyList<ComparedWindow> windows)
    {
        if (windows.Count == 0) return;
        string more = windows.Count > MostNamed ? $", and {windows.Count - MostNamed} more" : "";
        text.AppendLine($"{output} right by {model} alone: {string.Join(", ", windows.Take(MostNamed).Select(w => $"{w.Entity} {w.Start}"))}{more}");
    }

    private static string Number(double? number, string format) => number?.ToString(format, CultureInfo.InvariantCulture) ?? "-";
}
