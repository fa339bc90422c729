using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace StreamPerceiver.Model.Tests;

/// <summary>Runs the walk in a process of its own. A crash inside libtorch ends that process and not the test host.</summary>
public sealed partial class HostileWalkTests
{
    private const int Seed = 20210730;
    private const int Cases = 4000;
    private const int MostMebibytes = 1500;

    // No array of a hostile size may be made: .NET refuses more than this.
    private const string HeapLimit = "0x40000000";

    [Fact]
    public async Task Hostile_configurations_weights_and_inputs_get_an_answer_or_a_refusal()
    {
        var start = new ProcessStartInfo("dotnet", [typeof(HostileWalkTests).Assembly.Location, $"{Seed}", $"{Cases}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_GCHeapHardLimit"] = HeapLimit;
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string[] lines = (await process.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await process.WaitForExitAsync();

        IEnumerable<string> faults = lines.Where(l => l.StartsWith("FAULT", StringComparison.Ordinal)).Take(10);
        string report = string.Join('\n', [$"exit code {process.ExitCode}; the last line was: {lines.LastOrDefault()}", .. faults, await error]);
        process.ExitCode.ShouldBe(0, report);
        Match sum = Summary().Match(lines[^1]);
        sum.Success.ShouldBeTrue(report);
        Number("answers").ShouldBeGreaterThan(Cases / 5, report);
        Number("refusals").ShouldBeGreaterThan(Cases / 5, report);
        Number("peak").ShouldBeLessThan(MostMebibytes, report);

        int Number(string name) => int.Parse(sum.Groups[name].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^\d+ cases: (?<answers>\d+) answers, (?<refusals>\d+) refusals, 0 faults, peak of (?<peak>\d+) MiB$")]
    private static partial Regex Summary();
}
