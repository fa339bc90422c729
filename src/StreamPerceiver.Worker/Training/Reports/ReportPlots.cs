using System.Globalization;
using System.Text.RegularExpressions;
using ScottPlot;
using ScottPlot.Plottables;
using ScottPlot.TickGenerators;
using StreamPerceiver.Training;
using StreamPerceiver.Worker.Recordings.Explain;

namespace StreamPerceiver.Worker.Training.Reports;

/// <summary>Draws the plots of one page of HTML as SVG.</summary>
internal sealed partial class ReportPlots
{
    private const string FontName = "DejaVu Sans", FontFile = "DejaVuSans.ttf";
    private const int Width = 640, Height = 360, Smoothed = 50;

    private static readonly Color Blue = Color.FromHex("#2563eb"), Orange = Color.FromHex("#ea580c"), Grey = Color.FromHex("#94a3b8");

    // The library measures text, so it needs the font's file.
    private static readonly Lazy<bool> HasFont = new(() =>
    {
        if (PngWriter.FindFont(FontFile) is not { } file) return false;
        Fonts.AddFontFile(FontName, file);
        return true;
    });

    private int _drawings;

    /// <summary>Draws the share of right answers over the confidence of answers, with the line on which both are equal.</summary>
    public string Calibration(Calibration calibration) => Draw(plot =>
    {
        double most = calibration.Bins.Max(b => b.Statements);              // a bar of few statements is pale
        foreach (CalibrationBin bin in calibration.Bins)
        {
            BarPlot bars = plot.Add.Bar((bin.From + bin.To) / 2, bin.Accuracy);
            bars.Bars[0].Size = bin.To - bin.From;
            bars.Bars[0].FillColor = Blue.WithAlpha(0.1 + (0.7 * bin.Statements / most));
            bars.Bars[0].LineColor = Blue;
        }

        LinePlot even = plot.Add.Line(0, 0, 1, 1);
        (even.Color, even.LinePattern, even.LegendText) = (Grey, LinePattern.Dashed, "perfect calibration");
        Scatter found = plot.Add.ScatterPoints(
            calibration.Bins.Select(b => b.Confidence).ToArray(), calibration.Bins.Select(b => b.Accuracy).ToArray());
        (found.Color, found.MarkerSize, found.LegendText) = (Orange, 8, "mean of a bin");
        plot.Axes.SetLimits(0, 1, 0, 1.02);
        plot.XLabel("probability that the model states");
        plot.YLabel("share that is right");
        plot.ShowLegend(Alignment.UpperLeft);
    });

    /// <summary>Draws a figure for each set of inputs, and of simple models in grey.</summary>
    public string Inputs(EvaluationReport report, OutputReport output)
    {
        (string Name, double Value, Color Colour)[] rows =
        [
            .. output.Masked.Select(f => (NameOf(report, f), f.Value, f.Inputs.Count == report.Inputs.Count ? Orange : Blue)),
            .. (output.Baselines ?? []).Select(b => (b.Name, b.Value, Grey)),
        ];
        return Draw(plot =>
        {
            for (int i = 0; i < rows.Length; i++)
            {
                BarPlot bar = plot.Add.Bar(-i, rows[i].Value);
                bar.Horizontal = true;
                bar.Bars[0].FillColor = rows[i].Colour;
                bar.Bars[0].LineWidth = 0;
                bar.Bars[0].Size = 0.7;
                bar.Bars[0].Label = rows[i].Value.ToString(output.Figure == "accuracy" ? "P1" : "G4", CultureInfo.InvariantCulture);
                (bar.ValueLabelStyle.FontName, bar.ValueLabelStyle.FontSize) = (FontName, 12);
            }

            plot.Axes.Left.TickGenerator = new NumericManual([.. rows.Select((_, i) => (double)-i)], [.. rows.Select(r => r.Name)]);
            plot.Axes.Left.MajorTickStyle.Length = 0;
            plot.XLabel(output.Figure);
            plot.Axes.SetLimits(0, 1.15 * Math.Max(rows.Max(r => r.Value), output.Figure == "rmse" ? 0 : 1), -rows.Length + 0.4, 0.6);
            plot.HideGrid();
        }, 90 + (30 * rows.Length));
    }

    /// <summary>Draws the loss, or the accuracy, of the training's batches and of the validation over the steps.</summary>
    public string Course(TrainingHistory history, bool isLoss) => Draw(plot =>
    {
        (double Step, double Value)[] steps =
        [
            .. history.Steps.Select(s => ((double)s.Step, isLoss ? s.Loss : s.Accuracy ?? double.NaN)).Where(s => double.IsFinite(s.Item2)),
        ];
        if (steps.Length > 0)
        {
            Scatter training = plot.Add.ScatterLine(steps.Select(s => s.Step).ToArray(), Smooth([.. steps.Select(s => s.Value)]));
            (training.Color, training.LineWidth, training.LegendText) = (Blue, 1.5f, "training, smoothed");
        }

        if (isLoss) AddValidation(plot, "validation", history.Evaluations.Select(e => ((double)e.Step, e.Validation.Loss)));
        foreach (string output in isLoss ? [] : history.Evaluations.SelectMany(e => e.Validation.Accuracies.Keys).Distinct(StringComparer.Ordinal))
        {
            AddValidation(
                plot, $"validation of {output}",
                history.Evaluations.Where(e => e.Validation.Accuracies.ContainsKey(output)).Select(e => ((double)e.Step, e.Validation.Accuracies[output])));
        }

        plot.XLabel("step");
        plot.YLabel(isLoss ? "loss" : "accuracy");
        if (!isLoss) plot.Axes.SetLimitsY(0, 1.02);
        plot.ShowLegend(isLoss ? Alignment.UpperRight : Alignment.LowerRight);
    });

    private static void AddValidation(Plot plot, string name, IEnumerable<(double Step, double Value)> points)
    {
        (double Step, double Value)[] finite = [.. points.Where(p => double.IsFinite(p.Value))];
        if (finite.Length == 0) return;
        Scatter validation = plot.Add.Scatter(finite.Select(p => p.Step).ToArray(), finite.Select(p => p.Value).ToArray());
        (validation.LineWidth, validation.MarkerSize, validation.LegendText) = (2, 7, name);
        if (plot.PlottableList.Count <= 2) validation.Color = Orange;
    }

    private static string NameOf(EvaluationReport report, InputsFigure figure) => figure.Inputs.Count == report.Inputs.Count
        ? "all inputs"
        : $"{string.Join(" + ", figure.Inputs)}{(figure.Inputs.Count == 1 ? " alone" : "")}";

    // The mean of up to some values before each one.
    private static double[] Smooth(double[] values)
        => [.. values.Select((_, i) => values[Math.Max(0, i + 1 - Math.Min(Smoothed, 1 + (values.Length / 10)))..(i + 1)].Average())];

    private string Draw(Action<Plot> draw, int height = Height)
    {
        if (!HasFont.Value) return $"<p class=\"note\">No plot, as no {FontFile} is installed: it is in the package fonts-dejavu-core.</p>";
        using var plot = new Plot();
        draw(plot);
        plot.Font.Set(FontName);
        plot.FigureBackground.Color = Colors.White;
        string svg = plot.GetSvgXml(Width, height);
        svg = svg[svg.IndexOf("<svg", StringComparison.Ordinal)..].Replace(
            "<svg ", string.Create(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {height}\" "), StringComparison.Ordinal);

        // A page has several drawings, and their names must differ.
        return Names().Replace(svg, $"$1plot{++_drawings}-");
    }

    [GeneratedRegex("(id=\"|url\\(#|href=\"#)")]
    private static partial Regex Names();
}
