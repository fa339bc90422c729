using System.Globalization;
using System.Text.RegularExpressions;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Broker.Tests;

/// <summary>README's first command, less the building.</summary>
public sealed class DemoTests
{
    [Fact]
    public void Demo_ToItsEnd_AccountsForEveryRecordAndIsMostlyRight()
    {
        string output = Run("--seconds 4 --speed 4");

        // 16 s of four machines' lives, 200 ms held back: windows of 2 s, one a second, the first a second before the start; the last that can
        // close ends at 15 s. A machine whose input is lost just then has fewer. Some camera frames are damaged in that time.
        Lines(output).Length.ShouldBeInRange(3 * 15, 4 * 15);
        output.ShouldMatch(@"\n  decode +\d+ +\d+ +[1-9]\d*\n");
        Accuracy(output, "all windows").ShouldBeGreaterThanOrEqualTo(95);
        Lines(output).Count(l => l.Contains(", right;", StringComparison.Ordinal) || l.Contains(", WRONG;", StringComparison.Ordinal))
            .ShouldBe(Figure(output, "all windows", 1));
        output.ShouldContain("windows in which a machine changed its state are not judged");
    }

    [Fact]
    public void Demo_WhoseCameraIsTakenAway_MarksItsWindowsAndIsMostlyRight()
    {
        string output = Run("--without camera --after 2 --seconds 8 --speed 4");

        Lines(output)[0].ShouldMatch(@"camera +\d+ %");
        Lines(output)[^1].ShouldContain("camera ABSENT");
        Figure(output, "without camera", 1).ShouldBeGreaterThan(30);
        Accuracy(output, "without camera").ShouldBeGreaterThan(80);
        Accuracy(output, "all inputs").ShouldBeGreaterThan(90);
    }

    private static string Run(string options)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "StreamPerceiver.Worker");
        ProgramResult demo = ProgramResult.Of("bash", "-c", $"cd '{RepositoryRoot.Path()}' && exec '{program}' demo {options}");
        demo.ExitCode.ShouldBe(0, $"{demo.Output}{demo.Error}");
        demo.Output.ShouldContain("every record and every window is accounted for");
        return demo.Output;
    }

    private static string[] Lines(string output) => [.. output.Split('\n').Where(line => line.StartsWith("  window to", StringComparison.Ordinal))];

    private static double Accuracy(string output, string row) => 100.0 * Figure(output, row, 2) / Figure(output, row, 1);

    // A number of a row of the summary: 1 is windows, 2 is right.
    private static int Figure(string output, string row, int column)
        => int.Parse(Regex.Match(output, $@"\n  {row} +(\d+) +(\d+)").Groups[column].Value, CultureInfo.InvariantCulture);
}
