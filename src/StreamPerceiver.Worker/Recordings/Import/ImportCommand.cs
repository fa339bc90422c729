using System.CommandLine;
using StreamPerceiver.Flow;
using StreamPerceiver.Recordings;
using StreamPerceiver.Recordings.Import;
using StreamPerceiver.Worker.Commands;

namespace StreamPerceiver.Worker.Recordings.Import;

/// <summary><c>recording import</c>: a ROS 2 bag to a recording.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var bag = new Argument<string>("bag") { Description = "An MCAP file, or a folder that rosbag2 wrote." };
        var map = new Option<string>("--map") { Description = "Which topics become which: a JSON file by rosbag-map.schema.json.", Required = true };
        var folder = new Option<string>("--out") { Description = "The folder of the recording.", Required = true };
        var name = new Option<string>("--name") { Description = "What the names of its files begin with.", DefaultValueFactory = _ => "recording" };
        var command = new Command(
            "import", "Turns a ROS 2 bag into a recording: messages in CDR, by the definitions in the file. Topics without an entry in the map are left out. "
                + "Prints what became of each topic. Exit code 1 if an entry gives no record.")
        {
            bag, map, folder, name,
        };
        command.SetAction((parsed, _) => Failures.ReportAsync(() =>
        {
            var source = new BagImport(parsed.GetRequiredValue(bag), ImportMap.Read(parsed.GetRequiredValue(map)));
            using var writer = new RecordingWriter(parsed.GetRequiredValue(folder), parsed.GetValue(name)!);
            var progress = new ProgressLine(TimeProvider.System, Console.Error, !Console.IsErrorRedirected);
            foreach (RecordedRecord record in source.Read())
            {
                writer.Add(record.Record, record.ReceivedNs);
                progress.Show(() => $"import: at {new EventTime(record.ReceivedNs)}, {writer.Count} records");
            }

            progress.End();
            writer.Dispose();
            foreach (string line in source.Topics.SelectMany(Lines)) Console.WriteLine($"import: {line}");
            string size = $"{writer.Count} records, {ProgressLine.Megabytes(writer.Bytes)} MB of keys and values";
            Console.WriteLine($"import: {size}, in {writer.Files} files in {parsed.GetValue(folder)}");
            bool isEmpty = source.Topics.Any(topic => topic is { To: not null, Messages: > 0, Imported: 0 });
            return Task.FromResult(isEmpty ? Failures.WhileRunning : 0);
        }));
        return command;
    }

    private static IEnumerable<string> Lines(TopicReport topic)
    {
        string what = $"{topic.Topic} ({topic.Type})";
        if (topic.To is null)
        {
            yield return $"{what}: left out, since the map has no entry for it; {topic.Messages} messages";
            yield break;
        }

        yield return $"{what}: {topic.Imported} of {topic.Messages} messages to {topic.To}";
        foreach ((string reason, long count) in topic.LeftOut) yield return $"{what}: {count} messages left out: {reason}";
        if (topic.LogTimes > 0) yield return $"{what}: {topic.LogTimes} messages have no stamp, and the time of the log instead";
        if (topic.NotFinite > 0) yield return $"{what}: {topic.NotFinite} numbers left out, since they are NaN or infinite";
    }
}
