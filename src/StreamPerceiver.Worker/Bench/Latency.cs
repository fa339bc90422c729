using System.Collections.Concurrent;
using System.Diagnostics;
using StreamPerceiver.Align;
using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Infer;
using StreamPerceiver.Ingest;
using StreamPerceiver.Interpret;
using StreamPerceiver.Kafka;
using StreamPerceiver.Publish;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker.Bench;

/// <summary>
/// Measures the latency of predictions under a light load: devices send in real time, through a broker and the pipeline. The latency begins when the record
/// that closes the window is sent.
/// </summary>
internal sealed class Latency(KafkaSettings kafka, EmbeddedBroker? embedded)
{
    private static readonly BatchOptions Batch = new();

    // By the end of a window, when the record that closes it was sent. Only one device sends: windows of several would close at the same moment.
    private readonly ConcurrentDictionary<EventTime, long> _closed = new();
    private readonly ConcurrentDictionary<EventTime, long> _handedOver = new();
    private readonly ConcurrentDictionary<EventTime, long> _read = new();

    public async Task<LatencyFigures> MeasureAsync(TimeSpan length, CancellationToken stop)
    {
        Workload load = Workload.LiveSensor();
        PerceptionPipeline pipeline = WholeGraph.Pipeline(load.Definition);
        await using var bench = new KafkaBench(load.Definition, kafka, embedded);
        await using IPredictionSink sink = bench.Sink();
        await using IRecordSource source = bench.Source(pipeline, sink);
        using var device = new DeviceThread(TimeProvider.System);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var ended = new CancellationTokenSource();
        Task reading = Task.Factory.StartNew(
            () => bench.ReadPredictions(end => _read.TryAdd(end, Stopwatch.GetTimestamp()), ended.Token),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Task running = pipeline.RunAsync(source, new Watch(sink, _handedOver), device.Join(), ending.Token);
        await Task.WhenAny(source.Assignment, running).ConfigureAwait(false);
        await SendAsync(load, bench, length, running, stop).ConfigureAwait(false);
        await ending.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(false);
        await ended.CancelAsync().ConfigureAwait(false);
        await reading.ConfigureAwait(false);

        EventTime[] windows = [.. _closed.Keys.Where(_handedOver.ContainsKey).Order()];
        windows = windows[(windows.Length / 4)..]; // the first ones wait for the compiler
        return new LatencyFigures(
            kafka.Delivery, embedded is null ? kafka.BootstrapServers! : EmbeddedBroker.Name, windows.Length, _handedOver.Count / length.TotalSeconds,
            Batch.MaxWaitMs,
            Percentiles.Of(windows.Select(w => Ms(_closed[w], _handedOver[w]) - Batch.MaxWaitMs)),
            Percentiles.Of(windows.Where(_read.ContainsKey).Select(w => Ms(_closed[w], _read[w]))));
    }

    private static double Ms(long from, long to) => Stopwatch.GetElapsedTime(from, to).TotalMilliseconds;

    /// <summary>Sends each reading when its time has come.</summary>
    private async Task SendAsync(Workload load, KafkaBench bench, TimeSpan length, Task running, CancellationToken stop)
    {
        long started = Stopwatch.GetTimestamp(), late = load.Definition.Align.OutOfOrdernessNs;
        WindowPlan plan = load.Definition.Align.Plan;
        long next = plan.FirstEndingAfter(load.Start);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(2), TimeProvider.System);
        for (int i = 0; Stopwatch.GetElapsedTime(started) < length && !running.IsCompleted; await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
        {
            for (; i < load.Count && load.Record(i) is var record && IsDue(record); i++)
            {
                for (; plan.End(next) <= EventTime.FromUnixMilliseconds(record.TimestampMs) - late; next++) _closed[plan.End(next)] = Stopwatch.GetTimestamp();
                bench.Send(record);
            }
        }

        bool IsDue(SourceRecord record)
            => record.TimestampMs * EventTime.PerMillisecond - load.Start.Nanoseconds <= Stopwatch.GetElapsedTime(started).TotalNanoseconds;
    }

    /// <summary>Notes when predictions go to a sink.</summary>
    private sealed class Watch(IPredictionSink sink, ConcurrentDictionary<EventTime, long> handedOver) : IPredictionSink
    {
        public async Task PublishAsync(Envelope<Prediction> item)
        {
            await sink.PublishAsync(item).ConfigureAwait(false);
            if (item.Value is { } prediction) handedOver.TryAdd(prediction.Header.End, Stopwatch.GetTimestamp());
        }

        public Task FlushAsync() => sink.FlushAsync();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask; // the owner of the sink disposes it
    }
}
