using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Infer;
using StreamPerceiver.Ingest;
using StreamPerceiver.Publish;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker.Bench;

/// <summary>Runs a workload through the whole pipeline of the worker, without pauses.</summary>
internal static class WholeGraph
{
    private const int Slices = 8;
    private const int WarmUpSlices = 3;

    // Twice the worker's default: windows of whole pictures take that.
    private const long MemoryBytes = 2L * MemoryBudget.DefaultMb << 20;

    /// <summary>From memory to memory.</summary>
    public static async Task<Rate> FromMemoryAsync(Workload load, CancellationToken stop)
    {
        PerceptionPipeline pipeline = Pipeline(load.Definition);
        await using var source = new SequenceSource(Enumerable.Range(0, load.Count).Select(load.Record), pipeline.NewIntake());
        await using var sink = new MemorySink();
        return await MeasureAsync(load, pipeline, source, sink, stop).ConfigureAwait(false);
    }

    /// <summary>From Kafka to Kafka, exactly once.</summary>
    public static async Task<Rate> FromKafkaAsync(Workload load, string brokers, CancellationToken stop)
    {
        PerceptionPipeline pipeline = Pipeline(load.Definition);
        await using var bench = new KafkaBench(load.Definition, new KafkaSettings { BootstrapServers = brokers }, null);
        bench.Send(Enumerable.Range(0, load.Count).Select(load.Record));
        await using IPredictionSink sink = bench.Sink();
        await using IRecordSource source = bench.Source(pipeline, sink);
        return await MeasureAsync(load, pipeline, source, sink, stop).ConfigureAwait(false);
    }

    /// <summary>A pipeline whose model takes no time.</summary>
    public static PerceptionPipeline Pipeline(PipelineDefinition definition)
        => new(definition, new InstantPerceiver(definition), new BatchOptions(), new MemoryBudget(MemoryBytes), TimeProvider.System);

    /// <summary>Measures the use of the process for each slice of the records. Returns the median of the slices, without the first ones.</summary>
    private static async Task<Rate> MeasureAsync(Workload load, PerceptionPipeline pipeline, IRecordSource source, IPredictionSink sink, CancellationToken stop)
    {
        using var device = new DeviceThread(TimeProvider.System);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task running = pipeline.RunAsync(source, sink, device.Join(), ending.Token);
        List<(long Records, Usage At)> looks = [(0, Usage.Now)];
        long slice = load.Count / (Slices + 1);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        while (looks[^1].Records + slice <= load.Count && !running.IsCompleted)
        {
            if (pipeline.Align.In is var records && records >= looks[^1].Records + slice) looks.Add((records, Usage.Now));
            await timer.WaitForNextTickAsync(stop).ConfigureAwait(false);
        }

        await ending.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(false);
        Rate[] rates = [.. looks.Zip(looks.Skip(1), (a, b) => Rate.Of(b.Records - a.Records, b.At - a.At))];
        if (rates.Length < 2) throw new StreamPerceiverException($"{load.Name}: the run was too short to be measured, expected more --records");
        rates = rates[Math.Min(WarmUpSlices, rates.Length - 1)..];
        return Rate.Median(rates);
    }
}
