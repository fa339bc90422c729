using System.Globalization;
using StreamPerceiver.Training;
using StreamPerceiver.Worker.Recordings;

namespace StreamPerceiver.Worker.Training;

/// <summary>Shows how far a training has come: a bar, loss and accuracy of the last steps, windows a second, and the time left.</summary>
/// <param name="options">How it is trained.</param>
/// <param name="line">Where it is shown.</param>
internal sealed class TrainingLine(TrainingOptions options, ProgressLine line)
{
    private const double Keep = 0.98; // a mean over about 50 steps
    private const int Width = 20;

    private double _loss, _losses, _right, _rights; // moving sums, and their weights
    private long _first = -1;

    /// <summary>Takes a step in, and shows the line if it is due.</summary>
    public void Show(StepResult result)
    {
        if (_first < 0) _first = result.Step - 1;
        (_loss, _losses) = ((Keep * _loss) + result.Loss, (Keep * _losses) + 1);
        if (result.Accuracy is { } accuracy) (_right, _rights) = ((Keep * _right) + accuracy, (Keep * _rights) + 1);
        line.Show(() => Text(result.Step));
    }

    /// <summary>Begins a new line, if one was printed over.</summary>
    public void End() => line.End();

    private string Text(long step)
    {
        double rate = (step - _first) / line.Elapsed.TotalSeconds; // steps a second
        int marks = (int)(Width * step / options.Steps);
        var left = TimeSpan.FromSeconds(Math.Round(Math.Min(1e9, (options.Steps - step) / rate)));
        string right = _rights == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {_right / _rights:P1} right");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"train: [{new string('=', marks)}{new string(' ', Width - marks)}] step {step} of {options.Steps}, loss {_loss / _losses:F3}{right}, "
            + $"{rate * options.Batch * options.Accumulate:F0} windows/s, {left:c} left");
    }
}
