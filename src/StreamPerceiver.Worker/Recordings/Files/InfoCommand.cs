using System.CommandLine;
using StreamPerceiver.Recordings;
using StreamPerceiver.Recordings.Files;
using StreamPerceiver.Worker.Commands;

namespace StreamPerceiver.Worker.Recordings.Files;

/// <summary><c>recording info</c>: what is in a recording.</summary>
internal static class InfoCommand
{
    public static Command Create()
    {
        Argument<string[]> places = RecordingCommand.Places();
        var command = new Command("info", "Prints what is in a recording.") { places };
        command.SetAction((parsed, _) => Failures.ReportAsync(() =>
        {
            foreach (FileOverview file in RecordingReader.FilesOf(parsed.GetValue(places)!).Select(FileOverview.Of))
            {
                Console.WriteLine(
                    $"{file.Path}: {ProgressLine.Megabytes(file.Bytes)} MB, {file.Chunks} chunks, compression {file.Compression}, "
                    + (file.HasSummary ? "with summary" : "without summary"));
            }

            return Task.FromResult(0);
        }));
        return command;
    }
}
