using System.CommandLine;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Formats;
using StreamPerceiver.Kafka;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Commands;
using StreamPerceiver.Worker.Recordings;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker.Rig;

/// <summary><c>rig</c>: the records of simulated machines with faults, and the truth, to a recording or to topics.</summary>
internal static class RigCommand
{
    public static Command Create()
    {
        string inputs = string.Join(", ", RigTopics.Inputs);
        var pipeline = new Option<string>("--pipeline") { Description = $"The pipeline with the inputs {inputs}.", Required = true };
        var folder = new Option<string?>("--out", "-o") { Description = $"The folder of the recording, and of {RigRecording.LabelsName}." };
        var brokers = new Option<string?>("--brokers") { Description = "Instead: where to send, in real time. Kafka:Client has further settings." };
        var count = new Option<int>("--machines") { Description = "How many machines.", DefaultValueFactory = _ => 4 };
        var seed = new Option<int>("--seed") { Description = "Machines of other seeds are other machines.", DefaultValueFactory = _ => 1 };
        var seconds = new Option<int>("--seconds") { Description = "How long the machines run.", DefaultValueFactory = _ => 120 };
        var speed = new Option<double>("--speed") { Description = "With --brokers: a multiple of real time.", DefaultValueFactory = _ => 1 };
        var output = new Option<string>("--output") { Description = "The output that the labels are of.", DefaultValueFactory = _ => RigTopics.DefaultOutput };
        var truth = new Option<string>("--truth") { Description = "The topic of the labels.", DefaultValueFactory = _ => RigTopics.DefaultTruth };
        var command = new Command(
            "rig", "Simulates blowers with faults and writes what their sensors measure to a recording or to a broker, with labels that say what is wrong. "
                + "The same seed gives the same records.")
        {
            pipeline, folder, brokers, count, seed, seconds, speed, output, truth,
        };
        command.TreatUnmatchedTokensAsErrors = false; // they are overrides of settings, and are checked later
        count.Require(1, 1000);
        seed.Require(0, 1_000_000);
        seconds.Require(1, 86_400);
        speed.Require(0.01, 1000);
        command.SetAction((parsed, _) => Failures.ReportAsync(async () =>
        {
            CommandLines.RequireOverrides(parsed.UnmatchedTokens);
            PipelineDefinition definition = PipelineReader.Read(parsed.GetRequiredValue(pipeline));
            RigMachine[] machines = RigMachine.Make(parsed.GetValue(seed), parsed.GetValue(count));
            RigTopics topics = RigTopics.Of(definition, parsed.GetValue(truth)!, parsed.GetValue(output)!);
            int length = parsed.GetValue(seconds);
            OpenCvLibrary.Load(); // the machines draw their pictures with it
            switch (parsed.GetValue(folder), parsed.GetValue(brokers))
            {
                case ({ } place, null):
                    (long records, long bytes) = RigRecording.Write(place, machines, topics, length);
                    Console.WriteLine($"rig: {machines.Length} machines for {length} s, {records} records, {bytes / 1_000_000} MB, in {place}");
                    return 0;
                case (null, { } addresses):
                    WorkerSettings settings = WorkerHost.ReadSettings([.. parsed.UnmatchedTokens]);
                    await SendAsync(addresses, settings.Kafka.Client, machines, topics, length, parsed.GetValue(speed)).ConfigureAwait(false);
                    return 0;
                default:
                    throw new StreamPerceiverException("rig: expected either --out or --brokers");
            }
        }));
        return command;
    }

    private static async Task SendAsync(
        string brokers, IReadOnlyDictionary<string, string> client, RigMachine[] machines, RigTopics topics, int seconds, double speed)
    {
        using var signals = new StopSignals();
        using ILoggerFactory logs = LoggerFactory.Create(logging => logging.UseConsole());
        using var writer = new TopicWriter(brokers, client, logs.CreateLogger<TopicWriter>());
        var feed = new RigFeed(writer, machines, topics, null, speed, TimeProvider.System);
        Console.WriteLine($"rig: {machines.Length} machines for {seconds} s at {speed} times their speed, to {string.Join(", ", topics.All)} at {brokers}");
        await feed.RunAsync(TimeSpan.FromSeconds(seconds / speed), signals.Token).ConfigureAwait(false);
        Console.WriteLine($"rig: {feed.Sent} records of inputs sent");
    }
}
