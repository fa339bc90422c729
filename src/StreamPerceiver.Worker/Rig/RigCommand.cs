using System.CommandLine;
using System.Globalization;
using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Recordings;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Commands;

namespace StreamPerceiver.Worker.Rig;

/// <summary><c>rig</c>: a recording of simulated machines with faults, and the truth of it.</summary>
internal static class RigCommand
{
    private const string LabelsName = "labels.csv";

    private static readonly string[] Inputs = ["camera", "microphone", "accelerometer"];

    public static Command Create()
    {
        var pipeline = new Option<string>("--pipeline") { Description = $"The pipeline with the inputs {string.Join(", ", Inputs)}.", Required = true };
        var folder = new Option<string>("--out") { Description = $"The folder of the recording, and of {LabelsName}.", Required = true };
        var count = new Option<int>("--machines") { Description = "How many machines.", DefaultValueFactory = _ => 4 };
        var seed = new Option<int>("--seed") { Description = "Machines of other seeds are other machines.", DefaultValueFactory = _ => 1 };
        var seconds = new Option<int>("--seconds") { Description = "How long.", DefaultValueFactory = _ => 120 };
        var output = new Option<string>("--output") { Description = "The output that the labels are of.", DefaultValueFactory = _ => "fault" };
        var command = new Command("rig", "Writes a recording of simulated blowers with faults, and labels that say which. The same seed gives the same bytes.")
        {
            pipeline, folder, count, seed, seconds, output,
        };
        count.Require(1, 1000);
        seed.Require(0, 1_000_000);
        seconds.Require(1, 86_400);
        command.SetAction((parsed, _) => Failures.ReportAsync(() =>
        {
            PipelineDefinition definition = PipelineReader.Read(parsed.GetRequiredValue(pipeline));
            int first = parsed.GetValue(seed);
            RigMachine[] machines =
            [
                .. Enumerable.Range(0, parsed.GetValue(count)).Select(i => new RigMachine(
                    string.Create(CultureInfo.InvariantCulture, $"blower-{first}-{i}"), (first * 10_007) + i)),
            ];
            Write(definition, machines, parsed.GetValue(seconds), parsed.GetRequiredValue(folder), parsed.GetValue(output)!);
            return Task.FromResult(0);
        }));
        return command;
    }

    private static void Write(PipelineDefinition definition, RigMachine[] machines, int seconds, string folder, string output)
    {
        EventTime start = EventTime.FromUnixMilliseconds(1_700_000_000_000);
        Dictionary<string, string> topics = definition.Inputs.ToDictionary(i => i.Name, i => i.Topic, StringComparer.Ordinal);
        if (Inputs.FirstOrDefault(name => !topics.ContainsKey(name)) is { } missing)
            throw new StreamPerceiverException($"{definition.File}: has no input {missing}, expected the rig's three");
        using var writer = new RecordingWriter(folder, "rig");
        Dictionary<string, long> offsets = [];
        foreach (RigRecord record in new RigStream(machines, topics, start).Records(seconds * 1000L))
        {
            long offset = offsets[record.Record.Topic] = offsets.GetValueOrDefault(record.Record.Topic, -1) + 1;
            writer.Add(record.Record with { Offset = offset }, record.ArrivesNs);
        }

        var labels = new StringBuilder("entity,from,to,output,value\n");
        foreach (RigMachine machine in machines)
        {
            for (RigPhase phase = machine.At(0); phase.FromMs < seconds * 1000L; phase = machine.At(phase.ToMs))
                labels.Append(CultureInfo.InvariantCulture, $"{machine.Name},{Time(phase.FromMs)},{Time(phase.ToMs)},{output},{phase.Fault}\n");
        }

        File.WriteAllText(Path.Combine(folder, LabelsName), labels.ToString());
        Console.WriteLine($"rig: {machines.Length} machines for {seconds} s, {writer.Count} records, {writer.Bytes / 1_000_000} MB, in {folder}");

        string Time(long ms) => (start + (ms * EventTime.PerMillisecond)).ToString();
    }
}
