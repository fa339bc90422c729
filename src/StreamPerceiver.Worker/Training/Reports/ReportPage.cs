using System.Globalization;
using System.Net;
using System.Text;
using StreamPerceiver.Training;
using static System.FormattableString;

namespace StreamPerceiver.Worker.Training.Reports;

/// <summary>Writes a report as one page of HTML, which needs no other file.</summary>
/// <param name="report">The report.</param>
/// <param name="history">The course of the training; null: it is not known.</param>
/// <param name="picture">Shows a window of the store as HTML.</param>
internal sealed class ReportPage(EvaluationReport report, TrainingHistory? history, Func<int, string> picture)
{
    private const string Style = """
        body { font: 15px/1.5 system-ui, sans-serif; color: #0f172a; max-width: 1080px; margin: 2rem auto; padding: 0 1rem }
        h1 { font-size: 1.6rem } h3 { font-size: 1.05rem; margin: 1.6rem 0 .3rem }
        h2 { font-size: 1.3rem; margin-top: 2.5rem; border-bottom: 2px solid #e2e8f0 }
        .cards { display: flex; flex-wrap: wrap; gap: .8rem } .card { background: #f1f5f9; border-radius: 8px; padding: .6rem 1rem; min-width: 8rem }
        .card b { display: block; font-size: 1.5rem } .note, figcaption, .card { color: #475569 } .card b { color: #0f172a }
        table { border-collapse: collapse } th, td { padding: .25rem .6rem; text-align: right } th { font-weight: 600 }
        th:first-child, td:first-child { text-align: left }
        .heat td { border: 1px solid #fff; min-width: 3.5rem; text-align: center } .heat td:first-child { text-align: left }
        .plots { display: flex; flex-wrap: wrap; gap: 1rem }
        svg { max-width: 100%; height: auto } figure { margin: 0 } .pixels { image-rendering: pixelated; max-width: 100% } .missing { color: #b91c1c }
        .window { border: 1px solid #e2e8f0; border-radius: 8px; padding: .6rem 1rem; margin: .8rem 0 } .window p { margin: 0 }
        .inputs { display: flex; flex-wrap: wrap; gap: 1.2rem; align-items: flex-start; margin-top: .4rem } .wrong { color: #b91c1c } .right { color: #15803d }
        """;

    private readonly StringBuilder _html = new();
    private readonly ReportPlots _plots = new();

    /// <summary>Writes the page.</summary>
    public string Write()
    {
        string title = $"{report.Model} in {report.Pipeline}";
        _html.AppendLine("<!DOCTYPE html>").AppendLine("<html lang=\"en\"><head><meta charset=\"utf-8\"/>");
        _html.AppendLine($"<title>{Text(title)}</title><style>{Style}</style></head><body>");
        _html.AppendLine(Invariant($"<h1>Evaluation of {Text(title)}</h1><p>{report.Windows} windows of {report.Entities} entities with labels; "));
        _html.AppendLine($"the inputs are {Text(string.Join(", ", report.Inputs))}.</p>");
        foreach (OutputReport output in report.Outputs) WriteOutput(output);
        if (history is not null) WriteCourse(history);
        return _html.AppendLine("</body></html>").ToString();
    }

    private void WriteOutput(OutputReport output)
    {
        _html.AppendLine($"<h2>Output {Text(output.Output)}</h2><div class=\"cards\">");
        Card(Figure(output, output.Value), output.Figure);
        if (output.Calibration is { } calibration) Card(Share(calibration.Error), "calibration error");
        foreach (BaselineFigure baseline in output.Baselines ?? []) Card(Figure(output, baseline.Value), baseline.Name);
        Card($"{output.Windows}", "windows");
        _html.AppendLine("</div>");
        WriteConfusion(output);
        WriteLabels(output);
        WriteValues(output);
        _html.AppendLine("<h3>Results by set of inputs</h3><p class=\"note\">The other inputs are masked in every window.</p>");
        _html.AppendLine(_plots.Inputs(report, output));
        WritePresent(output);
        if (output.Calibration is { } bins)
        {
            _html.AppendLine("<h3>Calibration</h3><p class=\"note\">On the dashed line, the share of right answers equals the stated probability. ");
            _html.AppendLine("Below it, the stated probability is too high.</p>").AppendLine(_plots.Calibration(bins));
        }

        WriteComparison(output);
        WriteWorst(output);
    }

    private void WriteConfusion(OutputReport output)
    {
        if (output.Confusion is not { } cells) return;
        string[] labels = [.. output.Labels!.Where(l => l.Windows + l.Answered > 0).Select(l => l.Label)];
        if (labels.Length > 30)
        {
            Table("Most frequent confusions", ["true", "answered", "windows"], cells.Where(c => c.Truth != c.Answer)
                .OrderByDescending(c => c.Windows).Take(20).Select(c => new[] { Text(c.Truth), Text(c.Answer), $"{c.Windows}" }));
            return;
        }

        var counts = cells.ToDictionary(c => (c.Truth, c.Answer), c => c.Windows);
        _html.AppendLine("<h3>Confusion matrix</h3><p class=\"note\">A row is a true label, a column an answered one.</p>");
        _html.AppendLine("<table class=\"heat\">");
        _html.AppendLine($"<tr><th></th>{string.Concat(labels.Select(l => $"<th>{Text(l)}</th>"))}</tr>");
        foreach (LabelFigures truth in output.Labels!.Where(l => labels.Contains(l.Label)))
        {
            _html.Append($"<tr><td>{Text(truth.Label)}</td>");
            foreach (string answer in labels)
            {
                int count = counts.GetValueOrDefault((truth.Label, answer));
                double share = truth.Windows == 0 ? 0 : (double)count / truth.Windows;
                string colour = truth.Label == answer ? "37, 99, 235" : "234, 88, 12", ink = share > 0.6 ? "#fff" : "#0f172a";
                _html.Append(Invariant($"<td style=\"background: rgba({colour}, {share:F2}); color: {ink}\">{count}</td>"));
            }

            _html.AppendLine("</tr>");
        }

        _html.AppendLine("</table>");
    }

    private void WriteLabels(OutputReport output)
    {
        if (output.Labels is not { } labels) return;
        Table("Precision and recall by label", ["label", "windows", "precision", "recall", "F1"], labels.Where(l => l.Windows + l.Answered > 0)
            .Select(l => new[] { Text(l.Label), $"{l.Windows}", Share(l.Precision), Share(l.Recall), Number(l.F1) }));
    }

    private void WriteValues(OutputReport output)
    {
        if (output.Values is not { } values) return;
        Table("Errors of the numbers", ["number", "mean absolute error", "RMSE", "R²"],
            values.Select(v => new[] { Text(v.Name), Number(v.Mae), Number(v.Rmse), Number(v.R2) }));
    }

    private void WritePresent(OutputReport output)
        => Table("Results by missing inputs", ["missing", "windows", output.Figure], output.Present.Select(f => new[]
        {
            f.Inputs.Count == report.Inputs.Count ? "none" : Text(string.Join(", ", report.Inputs.Except(f.Inputs))), $"{f.Windows}", Figure(output, f.Value),
        }));

    private void WriteComparison(OutputReport output)
    {
        if (output.Against is not { } against) return;
        _html.AppendLine($"<h3>Against {Text(against.Model)} of {Text(against.Pipeline)}</h3>");
        _html.AppendLine($"<p>{ReportText.Value(against.Figure, against.Value)} and {ReportText.Value(against.Figure, against.Other)}, on the same ");
        _html.AppendLine($"{against.Windows} windows. The difference is {ReportText.Difference(against)} (bootstrap of {against.Drawn}).</p>");
        if (against is not { RightHere: { } here, RightThere: { } there, McNemarP: { } p }) return;
        _html.AppendLine(Invariant($"<p>{here.Count} windows are right here alone, and {there.Count} there alone: McNemar's exact p is {p:G3}.</p>"));
    }

    private void WriteWorst(OutputReport output)
    {
        _html.AppendLine("<h3>The worst windows</h3><p class=\"note\">Those of the greatest loss, as the model sees them.</p>");
        foreach (WorstWindow window in output.Worst)
        {
            string probability = window.Probability is { } p ? $" with {Share(p)}" : "", mark = $"{window.Truth}" == $"{window.Answer}" ? "right" : "wrong";
            _html.AppendLine($"<div class=\"window\"><p><b>{Text(window.Entity)}</b> from {Text(window.Start)} to {Text(window.End)}</p>");
            _html.AppendLine($"<p>true: <b>{Text($"{window.Truth}")}</b>, answered: <b class=\"{mark}\">{Text($"{window.Answer}")}</b>{probability}, ");
            _html.AppendLine(Invariant($"loss {window.Loss:G3}</p><div class=\"inputs\">{picture(window.Row)}</div></div>"));
        }
    }

    private void WriteCourse(TrainingHistory course)
    {
        _html.AppendLine("<h2>Training</h2><div class=\"plots\">").AppendLine(_plots.Course(course, isLoss: true));
        if (course.Steps.Any(s => s.Accuracy is not null)) _html.AppendLine(_plots.Course(course, isLoss: false));
        _html.AppendLine("</div>");
    }

    private void Card(string value, string name) => _html.AppendLine($"<div class=\"card\"><b>{value}</b>{Text(name)}</div>");

    private void Table(string title, string[] columns, IEnumerable<string[]> rows)
    {
        _html.AppendLine($"<h3>{title}</h3><table><tr>{string.Concat(columns.Select(c => $"<th>{c}</th>"))}</tr>");
        foreach (string[] row in rows) _html.AppendLine($"<tr>{string.Concat(row.Select(cell => $"<td>{cell}</td>"))}</tr>");
        _html.AppendLine("</table>");
    }

    private static string Figure(OutputReport output, double value) => output.Figure == "accuracy" ? Share(value) : Number(value);

    private static string Share(double? share) => share?.ToString("P1", CultureInfo.InvariantCulture) ?? "–";

    private static string Number(double? number) => number?.ToString("G4", CultureInfo.InvariantCulture) ?? "–";

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
