using System.CommandLine;
using System.Text.Json;
using StreamPerceiver.Formats;
using StreamPerceiver.Kafka;
using StreamPerceiver.Worker.Commands;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker.Bench;

/// <summary><c>bench pipeline</c>: everything but the model, which answers at once.</summary>
internal static class PipelineBench
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create()
    {
        var brokers = new Option<string?>("--brokers")
        {
            Description =
                "Kafka, host:port. Throughput is measured through it (default: from memory, without a client). Topics bench-* are made there and deleted.",
        };
        var records = new Option<int>("--records")
        {
            Description = "Sensor readings of a run; pictures are a fiftieth of that.",
            DefaultValueFactory = _ => 400_000,
        };
        var seconds = new Option<int>("--seconds") { Description = "How long latency is measured.", DefaultValueFactory = _ => 20 };
        var json = new Option<bool>("--json") { Description = "Prints one JSON object." };
        var command = new Command(
            "pipeline", "Measures the pipeline without its model: records a second and core, memory a record, time by stage, and latency under a light load.")
        {
            brokers, records, seconds, json,
        };
        records.Require(LeastRecords, int.MaxValue);
        seconds.Require(LeastSeconds, 86_400);
        command.SetAction((parsed, stop) => Failures.ReportAsync(async () =>
        {
            PipelineFigures figures = await RunAsync(parsed.GetValue(brokers), parsed.GetValue(records), parsed.GetValue(seconds), stop).ConfigureAwait(false);
            if (parsed.GetValue(json)) Console.WriteLine(JsonSerializer.Serialize(figures, Json));
            else figures.Print(Console.Out);
            return 0;
        }));
        return command;
    }

    private const int LeastRecords = 50_000;
    private const int LeastSeconds = 2;

    private static async Task<PipelineFigures> RunAsync(string? brokers, int records, int seconds, CancellationToken stop)
    {
        OpenCvLibrary.Load(); // it draws the pictures
        List<LoadFigures> loads = [];
        foreach (Workload load in new[] { Workload.Sensors(records), Workload.Frames(records / 50, 64, 48, 4), Workload.Frames(records / 50, 320, 240, 8) })
        {
            IReadOnlyList<StageFigures> stages = StageTimes.Measure(load);
            (Rate rate, string source) = brokers is null
                ? (await WholeGraph.FromMemoryAsync(load, stop).ConfigureAwait(false), "memory: no Kafka client")
                : (await WholeGraph.FromKafkaAsync(load, brokers, stop).ConfigureAwait(false), brokers);
            loads.Add(new LoadFigures(load.Name, source, rate, stages));
        }

        using EmbeddedBroker? embedded = brokers is null ? new EmbeddedBroker() : null;
        LatencyFigures[] latencies = [];
        foreach (string delivery in new[] { KafkaSettings.ExactlyOnce, KafkaSettings.AtLeastOnce })
        {
            var run = new Latency(new KafkaSettings { BootstrapServers = brokers ?? embedded!.BootstrapServers, Delivery = delivery }, embedded);
            latencies = [.. latencies, await run.MeasureAsync(TimeSpan.FromSeconds(seconds), stop).ConfigureAwait(false)];
        }

        return new PipelineFigures(Environment.ProcessorCount, loads, latencies);
    }
}
