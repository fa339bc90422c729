using System.Globalization;
using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Recordings;

namespace StreamPerceiver.Worker.Rig;

/// <summary>Writes the records of machines to a recording, and what they do to a file of labels.</summary>
internal static class RigRecording
{
    /// <summary>The file of labels in the recording's folder.</summary>
    public const string LabelsName = "labels.csv";

    private static readonly EventTime Start = EventTime.FromUnixMilliseconds(1_700_000_000_000);

    /// <summary>Writes both. Returns the records and their bytes.</summary>
    /// <param name="folder">The folder, which is made if it is missing.</param>
    /// <param name="machines">The machines.</param>
    /// <param name="topics">The topics.</param>
    /// <param name="seconds">How long.</param>
    /// <exception cref="RecordingException">The folder has such a recording.</exception>
    public static (long Records, long Bytes) Write(string folder, IReadOnlyList<RigMachine> machines, RigTopics topics, int seconds)
    {
        using var writer = new RecordingWriter(folder, "rig");
        Dictionary<string, long> offsets = [];
        foreach (RigRecord record in new RigStream(machines, topics, Start).Records(seconds * 1000L))
        {
            long offset = offsets[record.Record.Topic] = offsets.GetValueOrDefault(record.Record.Topic, -1) + 1;
            writer.Add(record.Record with { Offset = offset }, record.ArrivesNs);
        }

        var labels = new StringBuilder("entity,from,to,output,value\n");
        foreach (RigMachine machine in machines)
        {
            for (RigPhase phase = machine.At(0); phase.FromMs < seconds * 1000L; phase = machine.At(phase.ToMs))
                labels.Append(CultureInfo.InvariantCulture, $"{machine.Name},{Time(phase.FromMs)},{Time(phase.ToMs)},{topics.Output},{phase.Fault}\n");
        }

        File.WriteAllText(Path.Combine(folder, LabelsName), labels.ToString());
        return (writer.Count, writer.Bytes);
    }

    private static EventTime Time(long ms) => Start + (ms * EventTime.PerMillisecond);
}
