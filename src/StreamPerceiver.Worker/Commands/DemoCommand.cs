using System.CommandLine;
using StreamPerceiver.Formats;
using StreamPerceiver.Kafka;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Demo;
using StreamPerceiver.Worker.Inference;
using StreamPerceiver.Worker.Pipelines;

namespace StreamPerceiver.Worker.Commands;

/// <summary><c>demo</c>: runs the whole system with two simulated machines and an embedded broker.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var seconds = new Option<int>("--seconds") { Description = "How long to send, in seconds of the wall clock.", DefaultValueFactory = _ => 20 };
        var speed = new Option<double>("--speed") { Description = "Speed of the machines, as a multiple of real time.", DefaultValueFactory = _ => 1 };
        var command = new Command(
            "demo", "Runs the pipeline on an embedded broker with two simulated machines, prints every prediction, and accounts for every record at the end.");
        command.Options.Add(seconds);
        command.Options.Add(speed);
        seconds.Require(1, 86_400);
        speed.Require(0.01, 1000);
        command.SetAction((parsed, stop) => Failures.ReportAsync(() => RunAsync(TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(speed), stop)));
        return command;
    }

    private static async Task<int> RunAsync(TimeSpan length, double speed, CancellationToken stop)
    {
        OpenCvLibrary.Load(); // the machines draw their pictures with it

        string file = Path.Combine(WorkerHost.Root, "pipelines", "machine-activity.json");
        UntrainedModel.Ensure(PipelineReader.Read(file).ModelDirectory);

        // One thread for the small model: machines and broker need the cores too, and two threads would wait for each other at every layer.
        using var host = WorkerHost.Build(
        [
            $"--Kafka:BootstrapServers={EmbeddedBroker.Name}", $"--Pipelines:0={file}", "--Inference:Threads=1",
            "--Logging:LogLevel:Default=Warning",
        ]);
        PipelineDefinition definition = host.Definitions.Single();
        PipelineRun pipeline = host.Pipelines.Single();
        string brokers = host.Settings.Kafka.BootstrapServers!;
        Console.WriteLine($"demo: two simulated machines for {length.TotalSeconds:F0} s at {speed} times their speed, pipeline {definition.File}");
        Console.WriteLine($"demo: the model in {definition.ModelDirectory} is UNTRAINED: its answers show that the system runs, not what the machines do");
        Console.WriteLine($"demo: embedded broker at {brokers}; watch the topics meanwhile with any Kafka client, for example");
        Console.WriteLine($"        kcat -b {brokers} -C -u -t {definition.PredictionTopic}");
        Console.WriteLine($"        kcat -b {brokers} -C -u -t {definition.DeadLetterTopic} -f '%k at %T: %h\\n'");

        Task<int> running = host.RunAsync();
        using var feed = new DemoFeed(brokers, definition.Inputs.ToDictionary(i => i.Name, i => i.Topic), speed, TimeProvider.System);
        var reader = new PredictionReader(brokers, definition.PredictionTopic, feed.Since, Console.Out);
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
        return code == 0 && !adds ? 1 : code;
    }

    private static async Task AllReadAsync(PipelineRun run, DemoFeed feed, CancellationToken stop)
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
