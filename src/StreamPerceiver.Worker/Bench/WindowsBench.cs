using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;
using StreamPerceiver.Model;
using StreamPerceiver.Outputs;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Commands;
using StreamPerceiver.Worker.Inference;

namespace StreamPerceiver.Worker.Bench;

/// <summary><c>bench windows</c>: the demo's pipeline with its model or a larger one, from memory, beside the model alone.</summary>
internal static class WindowsBench
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create()
    {
        var pipeline = new Option<string>("--pipeline")
        {
            Description = "The demo's pipeline.",
            DefaultValueFactory = _ => Path.Combine("pipelines", "machine-activity.json"),
        };
        var model = new Option<string?>("--model") { Description = "A directory with a model that has the demo's inputs (default: the demo's own)." };
        var machines = new Option<int>("--machines") { Description = "Machines that send.", DefaultValueFactory = _ => 8 };
        var seconds = new Option<int>("--seconds")
        {
            Description = "The span of their records, in seconds of event time. In each second one window of a machine ends.",
            DefaultValueFactory = _ => 60,
        };
        var batch = new Option<int>("--batch") { Description = "Most windows in a batch.", DefaultValueFactory = _ => new BatchOptions().MaxWindows };
        var json = new Option<bool>("--json") { Description = "Prints a JSON object." };
        var command =
            new Command("windows", "Runs the demo's pipeline from memory with its model, and prints windows a second beside what the model alone gives.")
        {
            pipeline, model, machines, seconds, batch, json,
        };
        machines.Require(1, 100_000);
        seconds.Require(3, 86_400);
        batch.Require(1, 64);
        command.SetAction((parsed, _) => Failures.ReportAsync(async () =>
        {
            WindowFigures figures = await RunAsync(
                parsed.GetValue(pipeline)!, parsed.GetValue(model), parsed.GetValue(machines), parsed.GetValue(seconds), parsed.GetValue(batch))
                .ConfigureAwait(false);
            Console.WriteLine(parsed.GetValue(json) ? JsonSerializer.Serialize(figures, Json) : figures.ToString());
            return 0;
        }));
        return command;
    }

    private static async Task<WindowFigures> RunAsync(string file, string? directory, int machines, int seconds, int batch)
    {
        OpenCvLibrary.Load(); // the machines draw their pictures with it
        PipelineDefinition definition = PipelineReader.Read(file);
        directory ??= definition.ModelDirectory;
        UntrainedModel.Ensure(directory);
        ExecutionPlan plan = TorchRuntime.Start(threads: 0, new PlanChoice(), NullLogger.Instance);
        using var perceiver = new TimedPerceiver(new TorchPerceiver(directory, plan, ModelUse.By([definition], batch), NullLogger.Instance));
        SourceRecord[] records = [.. Records(definition, machines, seconds)];

        Usage before = Usage.Now;
        InMemoryResult result = await InMemoryRun.RunAsync(definition, perceiver, new BatchOptions { MaxWindows = batch }, records, TimeProvider.System)
            .ConfigureAwait(false);
        Usage used = Usage.Now - before;
        double rate = Rate(perceiver.Answered), windowsOfABatch = (double)result.Predictions.Count / (perceiver.Answered.Count - 1);
        return new WindowFigures(result.Predictions.Count, rate, used.Cpu.TotalMilliseconds / result.Predictions.Count, windowsOfABatch,
            Alone(perceiver, PipelineRules.Ask(definition, perceiver), batch, result.Predictions.Count / batch));
    }

    // Leaves out the first quarter, in which code is compiled and the first windows fill.
    private static double Rate(IReadOnlyList<(long Windows, long At)> answered)
    {
        (long Windows, long At) first = answered[answered.Count / 4], last = answered[^1];
        return (last.Windows - first.Windows) / Stopwatch.GetElapsedTime(first.At, last.At).TotalSeconds;
    }

    private static double Alone(TimedPerceiver perceiver, IReadOnlyList<OutputQuestion> questions, int windows, int batches)
    {
        TokenBatch canary = TokenBatch.CreateCanary(perceiver.InputShapes);
        TokenBatch batch = canary with { Windows = [.. Enumerable.Repeat(canary.Windows[0], windows)] };
        int before = perceiver.Answered.Count;
        for (int i = 0; i < batches; i++) perceiver.Run(batch, questions);
        return Rate([.. perceiver.Answered.Skip(before)]);
    }

    private static IEnumerable<SourceRecord> Records(PipelineDefinition definition, int machines, int seconds)
    {
        Dictionary<string, string> topics = definition.Inputs.ToDictionary(i => i.Name, i => i.Topic);
        SimulatedMachine[] all = [.. Enumerable.Range(0, machines).Select(m => new SimulatedMachine($"machine-{m}", m))];
        var start = new EventTime(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() * EventTime.PerSecond);
        long offset = 0;
        return from ms in Enumerable.Range(0, seconds * 1000)
               from machine in all
               from record in machine.At(start, ms)
               select new SourceRecord(
                   topics[record.Input], 0, offset++, record.Time.Nanoseconds / EventTime.PerMillisecond,
                   Encoding.UTF8.GetBytes(record.Machine), record.Payload,
                   [
                       new("content-type", Encoding.UTF8.GetBytes(record.ContentType)),
                       new("ce_time", Encoding.UTF8.GetBytes(record.Time.ToString())),
                   ]);
    }
}

/// <summary>What <c>bench windows</c> finds.</summary>
/// <param name="Windows">Windows that were answered.</param>
/// <param name="PerSecond">Windows a second, from records to predictions.</param>
/// <param name="CpuMilliseconds">CPU time of a window, all of it.</param>
/// <param name="OfABatch">Windows of a batch, on average.</param>
/// <param name="AlonePerSecond">Windows a second of the model alone, in full batches.</param>
internal sealed record WindowFigures(int Windows, double PerSecond, double CpuMilliseconds, double OfABatch, double AlonePerSecond)
{
    /// <summary>Returns the figures as one line of text.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Windows} windows, {OfABatch:F1} a batch: {PerSecond:F1} a second end to end, {CpuMilliseconds:F1} ms of CPU each; "
        + $"the model alone {AlonePerSecond:F1} a second; share {PerSecond / AlonePerSecond:P1}");
}
