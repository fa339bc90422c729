using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using StreamPerceiver.Recordings;
using StreamPerceiver.TestKit;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker;
using StreamPerceiver.Worker.Inference;
using StreamPerceiver.Worker.Recordings;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Benchmarks.Recordings;

/// <summary>Measures the writing, the reading and the replay of a recording; and writes the recordings of the regression cases.</summary>
internal static class RecordingCommands
{
    public static Command CreateCases()
    {
        var command = new Command("case-recordings", "Writes the recordings of the regression cases in pipelines/cases.");
        command.SetAction(_ => CaseRecordings.WriteAll(RepositoryRoot.Path("pipelines", "cases")));
        return command;
    }

    public static Command CreateBenchmark()
    {
        var seconds = new Option<int>("--seconds") { Description = "Length of the demo's streams, in seconds.", DefaultValueFactory = _ => 600 };
        var threads = new Option<int>("--threads") { Description = "Threads of the model; 0: one for each core.", DefaultValueFactory = _ => 1 };
        var command = new Command("recording", "Measures the writing, the reading and the replay of a recording of the demo's streams.") { seconds, threads };
        command.SetAction(async (parsed, _) =>
        {
            string folder = Directory.CreateTempSubdirectory("recording-").FullName, file = Path.Combine(folder, "recording.mcap");
            try
            {
                await MeasureAsync(file, TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(threads)).ConfigureAwait(false);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        });
        return command;
    }

    private static async Task MeasureAsync(string file, TimeSpan length, int threads)
    {
        Arrival[] arrivals = [.. MachineArrivals.For(length)];
        double megabytes = arrivals.Sum(a => (double)a.Entity.Length + a.Payload.Length) / 1e6;
        Print("records", string.Create(CultureInfo.InvariantCulture, $"{arrivals.Length:N0}, {megabytes:N1} MB of keys and values"));
        TimeSpan writing = Time(() => Arrival.WriteAll(file, arrivals));
        Print("write, with the last fsync", $"{Rate(megabytes, writing)} MB/s");
        Print("file", string.Create(CultureInfo.InvariantCulture, $"{new FileInfo(file).Length / 1e6:N1} MB"));
        long read = 0;
        TimeSpan reading = TimeSpan.MaxValue;
        for (int round = 0; round < 3; round++)
        {
            TimeSpan took = Time(() => read = RecordingReader.Read([file]).LongCount());
            if (took < reading) reading = took;
        }

        if (read != arrivals.Length) throw new InvalidOperationException($"{read} records were read, expected {arrivals.Length}");
        Print("read, the fastest of 3 times", $"{Rate(megabytes, reading)} MB/s, {reading.TotalSeconds:F2} s");

        PipelineDefinition definition = PipelineReader.Read(RepositoryRoot.Path("pipelines", "machine-activity.json"));
        UntrainedModel.Ensure(definition.ModelDirectory);
        WorkerSettings settings = WorkerHost.ReadSettings([string.Create(CultureInfo.InvariantCulture, $"--Inference:Threads={threads}")]);
        var run = new ReplayRun(settings, definition, TimeProvider.System, NullLoggerFactory.Instance, TextWriter.Null);
        var progress = new ProgressLine(TimeProvider.System, TextWriter.Null, isTerminal: false);
        PredictionCollector sink = await run.RunAsync(RecordingReader.ReadEvents([file]), new ReplayPosition(0, 0), progress).ConfigureAwait(false);
        Print("replay, without the loading of the model", string.Create(CultureInfo.InvariantCulture,
            $"{Rate(sink.Predictions.Count, run.Elapsed)} windows/s, {run.Elapsed.TotalSeconds:F2} s"));
        Print("reading alone, as a share of the replay", string.Create(CultureInfo.InvariantCulture, $"{reading / run.Elapsed:P1}"));
    }

    private static TimeSpan Time(Action action)
    {
        long begun = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(begun);
    }

    private static string Rate(double amount, TimeSpan took) => (amount / took.TotalSeconds).ToString("N1", CultureInfo.InvariantCulture);

    private static void Print(string name, string value) => Console.WriteLine($"{name,-42} {value}");
}
