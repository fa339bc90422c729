using System.CommandLine;
using StreamPerceiver.Mcap;
using StreamPerceiver.Recordings.Files;
using StreamPerceiver.Worker.Commands;

namespace StreamPerceiver.Worker.Recordings.Files;

/// <summary><c>recording recover</c>: a whole file out of a damaged one.</summary>
internal static class RecoverCommand
{
    private const int MostLines = 20;

    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "The damaged file." };
        Option<string> to = RecordingCommand.Out();
        Option<bool> force = RecordingCommand.Force();
        var command = new Command(
            "recover", "Writes what is whole of a file that is cut off or damaged, with chunks, indexes and a summary. It says what was kept and lost.")
        {
            file, to, force,
        };
        command.SetAction((parsed, _) => Failures.ReportAsync(() =>
        {
            string path = parsed.GetRequiredValue(to);
            RecoveredRecording found = NewFile.Write(
                path, parsed.GetValue(force), whole => RecordingRecovery.Recover(parsed.GetRequiredValue(file), whole));
            foreach (McapDamage damage in found.Report.Damages.Take(MostLines)) Console.WriteLine($"  byte {damage.Offset}: {damage.Problem}");
            if (found.Report.DamageCount > MostLines) Console.WriteLine($"  and {found.Report.DamageCount - MostLines} more");
            foreach (RecoveredChannel channel in found.Channels)
            {
                string lost = found.Report.DamageCount == 0 ? "0 lost"
                    : channel.Lost is { } count ? $"{count} lost" : "how many were lost is not known: the file has no counts";
                Console.WriteLine($"  {channel.Topic}: {RecordingCommand.Count(channel.Kept, "message")} kept, {lost}");
            }

            Console.WriteLine(
                $"recover: {RecordingCommand.Count(found.Report.Messages, "message")}"
                + $"{RecordingCommand.Span(found.FirstNs, found.LastNs, found.Report.Messages)}, "
                + $"{RecordingCommand.Count(found.Report.Attachments, "attachment")} and {RecordingCommand.Count(found.Report.Metadata, "metadata record")} "
                + $"written to {path}; {(found.Report.DamageCount == 0 ? "nothing was wrong" : $"{found.Report.DamageCount} things were wrong")}");
            return Task.FromResult(0);
        }));
        return command;
    }
}
