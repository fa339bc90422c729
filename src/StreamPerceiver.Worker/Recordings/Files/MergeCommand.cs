using System.CommandLine;
using StreamPerceiver.Recordings;
using StreamPerceiver.Recordings.Files;
using StreamPerceiver.Worker.Commands;

namespace StreamPerceiver.Worker.Recordings.Files;

/// <summary><c>recording merge</c>: several files as one.</summary>
internal static class MergeCommand
{
    public static Command Create()
    {
        Argument<string[]> places = RecordingCommand.Places();
        Option<string> to = RecordingCommand.Out();
        Option<bool> force = RecordingCommand.Force();
        var dedupe = new Option<bool>("--dedupe") { Description = "Of records with the same topic, partition and offset, keeps the first." };
        var command = new Command("merge", "Writes several files to one, in the order of receipt. Channels that are equal become one.")
        {
            places, to, force, dedupe,
        };
        command.SetAction((parsed, _) => Failures.ReportAsync(() =>
        {
            var copy = new RecordingCopy(RecordingReader.FilesOf(parsed.GetValue(places)!), new RecordingSelection(), parsed.GetValue(dedupe));
            string path = parsed.GetRequiredValue(to);
            RecordingCopyReport report = NewFile.Write(path, parsed.GetValue(force), copy.WriteTo);
            Report("merge", report, path);
            if (report.Doubled == 0) return Task.FromResult(0);
            string doubled = $"{RecordingCommand.Count(report.Doubled, "record")} came twice, by topic, partition and offset";
            Console.WriteLine(parsed.GetValue(dedupe) ? $"merge: {doubled}; each was kept once" : $"merge: {doubled}; --dedupe keeps each once");
            return Task.FromResult(0);
        }));
        return command;
    }

    /// <summary>Prints what was written.</summary>
    public static void Report(string verb, RecordingCopyReport report, string path) => Console.WriteLine(
        $"{verb}: {RecordingCommand.Count(report.Messages, "message")} of {RecordingCommand.Count(report.Channels, "channel")}"
        + $"{RecordingCommand.Span(report.FirstNs, report.LastNs, report.Messages)}, "
        + $"{ProgressLine.Megabytes(new FileInfo(path).Length)} MB, written to {path}");
}
