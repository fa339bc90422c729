using System.CommandLine;
using StreamPerceiver.Recordings;
using StreamPerceiver.Recordings.Files;
using StreamPerceiver.Worker.Commands;

namespace StreamPerceiver.Worker.Recordings.Files;

/// <summary><c>recording doctor</c>: what is wrong with files.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        Argument<string[]> places = RecordingCommand.Places();
        var command = new Command(
            "doctor", "Reads all of each file, and prints what is wrong with it, where, and which verb mends it. Exit code 1 if a file has an error.")
        {
            places,
        };
        command.SetAction((parsed, _) => Failures.ReportAsync(() =>
        {
            bool hasError = false;
            foreach (string path in RecordingReader.FilesOf(parsed.GetValue(places)!)) hasError |= Print(path, RecordingCheck.Of(path));
            return Task.FromResult(hasError ? Failures.WhileRunning : 0);
        }));
        return command;
    }

    // Returns whether there is an error.
    private static bool Print(string path, RecordingCheck check)
    {
        Console.WriteLine(
            check.Findings.Count == 0 ? $"{path}: nothing is wrong"
                : $"{path}: {RecordingCommand.Count(check.Errors, "error")}, {RecordingCommand.Count(check.Warnings, "warning")}");
        foreach (RecordingFinding finding in check.Findings)
            Console.WriteLine($"  {(finding.IsError ? "error" : "warning")} at byte {finding.Offset}: {finding.Detail}");
        long more = check.Errors + check.Warnings - check.Findings.Count;
        if (more > 0) Console.WriteLine($"  and {more} more of these kinds");
        foreach (string mend in check.Findings.Select(f => f.Mend).OfType<string>().Distinct())
            Console.WriteLine($"  to mend it: recording {mend} {path} -o NEW.mcap");
        return check.Errors > 0;
    }
}
