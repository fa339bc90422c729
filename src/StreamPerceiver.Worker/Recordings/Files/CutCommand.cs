using System.CommandLine;
using StreamPerceiver.Recordings;
using StreamPerceiver.Recordings.Files;
using StreamPerceiver.Worker.Commands;

namespace StreamPerceiver.Worker.Recordings.Files;

/// <summary><c>recording cut</c>: a part of a recording as a file.</summary>
internal static class CutCommand
{
    public static Command Create()
    {
        Argument<string[]> places = RecordingCommand.Places();
        Option<string> to = RecordingCommand.Out();
        Option<bool> force = RecordingCommand.Force();
        var from = new Option<string?>("--from") { Description = "The first time of receipt, RFC 3339 (default: all)." };
        var until = new Option<string?>("--until") { Description = "The time of receipt before which messages are taken, RFC 3339 (default: all)." };
        var topics = new Option<string[]>("--topic") { Description = "A topic (default: all). May be given again." };
        var entities = new Option<string[]>("--entity") { Description = "An entity, which is the key of its records (default: all). May be given again." };
        var partitions = new Option<int[]>("--partition") { Description = "A partition (default: all). May be given again." };
        var command = new Command(
            "cut", "Writes a part of a recording to one file, in the order of receipt. Metadata and attachments are kept whole. "
                + "Only the chunks of the range are read.")
        {
            places, to, force, from, until, topics, entities, partitions,
        };
        command.SetAction((parsed, _) => Failures.ReportAsync(() =>
        {
            var selection = new RecordingSelection
            {
                FromNs = RecordingCommand.Time(from.Name, parsed.GetValue(from), 0),
                UntilNs = RecordingCommand.Time(until.Name, parsed.GetValue(until), long.MaxValue),
                Topics = SetOf(parsed.GetValue(topics)!),
                Entities = SetOf(parsed.GetValue(entities)!),
                Partitions = SetOf(parsed.GetValue(partitions)!),
            };
            var copy = new RecordingCopy(RecordingReader.FilesOf(parsed.GetValue(places)!), selection, dropsDoubled: false);
            string path = parsed.GetRequiredValue(to);
            MergeCommand.Report("cut", NewFile.Write(path, parsed.GetValue(force), copy.WriteTo), path);
            return Task.FromResult(0);
        }));
        return command;
    }

    // Null where none is given: all.
    private static HashSet<T>? SetOf<T>(T[] values) => values.Length == 0 ? null : [.. values];
}
