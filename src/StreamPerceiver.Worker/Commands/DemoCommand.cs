using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using StreamPerceiver.Formats;
using StreamPerceiver.Kafka;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Demo;
using StreamPerceiver.Worker.Pipelines;
using StreamPerceiver.Worker.Rig;

namespace StreamPerceiver.Worker.Commands;

/// <summary><c>demo</c>: runs the whole system with simulated machines and an embedded broker.</summary>
internal static class DemoCommand
{
    private const int Seed = 9; // machines that the model has not seen
    private const int MachineCount = 4;

    public static Command Create()
    {
        var seconds = new Option<int>("--seconds") { Description = "How long to send, in seconds of the wall clock.", DefaultValueFactory = _ => 30 };
        var speed = new Option<double>("--speed") { Description = "Speed of the machines, as a multiple of real time.", DefaultValueFactory = _ => 1 };
        var without = new Option<string?>("--without") { Description = $"An input that is taken away: {string.Join(", ", RigTopics.Inputs)}." };
        var after = new Option<double?>("--after") { Description = "With --without: when, in seconds of the wall clock (default: half of --seconds)." };
        var machine = new Option<string?>("--machine") { Description = "With --without: the machine that loses it (default: all)." };
        var command = new Command(
            "demo", "Diagnoses four simulated blowers on an embedded broker. It prints every prediction with the truth beside it, and at the end the "
                + "accuracy and an account of every record.")
        {
            seconds, speed, without, after, machine,
        };
        seconds.Require(1, 86_400);
        speed.Require(0.01, 1000);
        command.SetAction((parsed, stop) => Failures.ReportAsync(() =>
        {
            (int length, double times) = (parsed.GetValue(seconds), parsed.GetValue(speed));
            RigMachine[] machines = RigMachine.Make(Seed, MachineCount);
            double wallSeconds = parsed.GetValue(after) ?? length / 2.0;
            RigOutage? outage = Outage(parsed.GetValue(without), parsed.GetValue(machine), (long)(wallSeconds * 1000 * times), machines);
            if (outage is null && (parsed.GetValue(after) is not null || parsed.GetValue(machine) is not null))
                throw new StreamPerceiverException("demo: --after or --machine is given, expected --without with it");
            return RunAsync(TimeSpan.FromSeconds(length), times, machines, outage, stop);
        }));
        return command;
    }

    private static RigOutage? Outage(string? input, string? machine, long fromMs, RigMachine[] machines)
    {
        if (input is null) return null;
        if (!RigTopics.Inputs.Contains(input))
            throw new StreamPerceiverException($"--without is '{input}', expected one of {string.Join(", ", RigTopics.Inputs)}");
        if (machine is not null && machines.All(m => m.Name != machine))
            throw new StreamPerceiverException($"--machine is '{machine}', expected one of {string.Join(", ", machines.Select(m => m.Name))}");
        return new RigOutage(input, machine, fromMs);
    }

    private static async Task<int> RunAsync(TimeSpan length, double speed, RigMachine[] machines, RigOutage? outage, CancellationToken stop)
    {
        OpenCvLibrary.Load(); // the machines draw their pictures with it

        string file = Path.Combine(WorkerHost.Root, "pipelines", "machine-faults.json");

        // One thread for the small model: machines and broker need the cores too, and two threads would wait for each other at every layer.
        using var host = WorkerHost.Build(
        [
            $"--Kafka:BootstrapServers={EmbeddedBroker.Name}", $"--Pipelines:0={file}", "--Inference:Threads=1",
            "--Logging:LogLevel:Default=Warning",
        ]);
        PipelineDefinition definition = host.Definitions.Single();
        PipelineRun pipeline = host.Pipelines.Single();
        string brokers = host.Settings.Kafka.BootstrapServers!;
        Console.WriteLine($"demo: {machines.Length} simulated blowers for {length.TotalSeconds:F0} s at {speed} times their speed, pipeline {definition.File}");
        Console.WriteLine($"demo: the model in {definition.ModelDirectory} was trained on other machines of the same kind (deploy/train-demo.sh)");
        if (outage is not null)
            Console.WriteLine($"demo: the {outage.Input} of {outage.Machine ?? "all machines"} is taken away after {outage.FromMs / 1000.0 / speed:F1} s");
        Console.WriteLine($"demo: embedded broker at {brokers}; watch the topics meanwhile with any Kafka client, for example");
        Console.WriteLine($"        kcat -b {brokers} -C -u -t {definition.PredictionTopic}");
        Console.WriteLine($"        kcat -b {brokers} -C -u -t {RigTopics.DefaultTruth}");
        Console.WriteLine($"        kcat -b {brokers} -C -u -t {definition.DeadLetterTopic} -f '%k at %T: %h\\n'");

        Task<int> running = host.RunAsync();
        using var writer = new TopicWriter(brokers, host.Settings.Kafka.Client, NullLogger.Instance);
        var feed = new RigFeed(writer, machines, RigTopics.Of(definition, RigTopics.DefaultTruth, RigTopics.DefaultOutput), outage, speed, TimeProvider.System);
        var score = new DemoScore(machines);
        var reader = new PredictionReader(brokers, definition.PredictionTopic, feed, score, Console.Out);
        using var readToEnd = new CancellationTokenSource();
        Task reading = Task.Factory.StartNew(() => reader.Run(readToEnd.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        using var memory = new Timer(_ => Console.WriteLine($"  resident memory {Environment.WorkingSet / 1024.0 / 1024.0:F0} MiB"), null,
            TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10));

        // The feed starts once the worker reads. Otherwise the latency of the first windows would include the loading of the model.
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _ = running.ContinueWith(_ => ended.Cancel(), TaskScheduler.Default);
        await Task.WhenAny(pipeline.Ready, running).ConfigureAwait(false);
        await feed.RunAsync(length, ended.Token).ConfigureAwait(false);
        await AllReadAsync(pipeline, feed, ended.Token).ConfigureAwait(false);
        bool stoppedEarly = ended.IsCancellationRequested;
        host.Stop();
        int code = await running.ConfigureAwait(false);
        await readToEnd.CancelAsync().ConfigureAwait(false);
        await reading.ConfigureAwait(false);
        if (pipeline.Pipeline is not { } graph) return code;
        bool adds = DemoSummary.Print(graph, pipeline.Accounts, stoppedEarly ? null : feed.Sent, reader, Console.Out);
        score.Print(Console.Out);
        return code == 0 && !adds ? 1 : code;
    }

    private static async Task AllReadAsync(PipelineRun run, RigFeed feed, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        try
        {
            while (run.Pipeline?.Ingest.In < feed.Sent && await timer.WaitForNextTickAsync(stop).ConfigureAwait(false)) { }
        }
        catch (OperationCanceledException)
        {
            // The worker has ended by itself, or the user has stopped the demo. The summary covers what was read.
        }
    }
}
