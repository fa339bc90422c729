using System.Diagnostics.Metrics;
using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;

namespace StreamPerceiver.Topology;

/// <summary>The counts of a running pipeline, as observable instruments of one meter. A listener reads them at its own intervals.</summary>
public sealed class PipelineMetrics : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "StreamPerceiver";

    private readonly Meter _meter;

    /// <summary>Creates the instruments of a pipeline.</summary>
    public PipelineMetrics(PerceptionPipeline pipeline, IRecordSource source)
    {
        _meter = new Meter(new MeterOptions(MeterName) { Tags = [new("pipeline", pipeline.Definition.Name)] });
        _meter.CreateObservableCounter("streamperceiver.records.read", () => Records(a => a.Read), "{record}", "Records read, by input and partition.");
        _meter.CreateObservableCounter(
            "streamperceiver.records.settled", () => Outcomes(source), "{record}", "Records settled, by input, partition and outcome.");
        _meter.CreateObservableUpDownCounter(
            "streamperceiver.records.held", () => Records(a => a.Held), "{record}", "Records read and not settled yet, by input and partition.");
        _meter.CreateObservableCounter(
            "streamperceiver.records.lost", () => Records(a => a.Lost), "{record}",
            "Offsets that were deleted before their records were read and published, by input and partition.");
        _meter.CreateObservableCounter("streamperceiver.stage.in", () => Stages(s => s.In), "{item}", "Items taken in, by stage.");
        _meter.CreateObservableCounter("streamperceiver.stage.out", () => Stages(s => s.Out), "{item}", "Items given out, by stage.");
        _meter.CreateObservableCounter(
            "streamperceiver.records.slow", () => pipeline.SlowRecords, "{record}", "Records that took longer to decode than Decode:SlowAfterMs.");
        _meter.CreateObservableCounter(
            "streamperceiver.points.dropped", () => pipeline.DroppedPoints, "{point}", "Points with NaN or infinity, which were left out of their sets.");
        _meter.CreateObservableCounter(
            "streamperceiver.windows.skipped", () => pipeline.SkippedWindows, "{window}",
            "Windows not emitted: a required input was missing, or no sample was near enough to a step or slot.");
        _meter.CreateObservableCounter(
            "streamperceiver.windows.flushed", () => pipeline.FlushedWindows, "{window}", "Windows that closed because their entity had no record for a time.");
        _meter.CreateObservableCounter(
            "streamperceiver.records.future", () => pipeline.FutureRecords, "{record}", "Records that were rejected because their times are in the future.");
        _meter.CreateObservableCounter(
            "streamperceiver.records.event_times", () => EventTimes(pipeline), "{record}",
            "Records by input and by where their event time was taken from: cloudevents, header, field or timestamp.");
        _meter.CreateObservableCounter(
            "streamperceiver.clocks.wrong", () => pipeline.WrongClocks.Count, "{entity}", "Entities whose event times differ from those of the others.");
        _meter.CreateObservableCounter(
            "streamperceiver.batches.closed", () => Batches(pipeline), "{batch}", "Batches, by the reason of closing: count, deadline or end.");

        IEnumerable<Measurement<long>> Records(Func<RecordAccount, long> count) => source.Accounts.Select(a => Measure(a, count(a)));

        IEnumerable<Measurement<long>> Stages(Func<StageCounts, long> count)
            => pipeline.Stages.Select(s => new Measurement<long>(count(s), new KeyValuePair<string, object?>("stage", s.Name)));
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<long>> EventTimes(PerceptionPipeline pipeline) =>
        from taken in pipeline.EventTimes
        select new Measurement<long>(
            taken.Count, new KeyValuePair<string, object?>("input", taken.Input),
            new KeyValuePair<string, object?>("from", taken.Kind.ToString().ToLowerInvariant()));

    private static IEnumerable<Measurement<long>> Batches(PerceptionPipeline pipeline) =>
        from reason in Enum.GetValues<BatchCloseReason>()
        select new Measurement<long>(pipeline.BatchesClosed(reason), new KeyValuePair<string, object?>("reason", reason.ToString().ToLowerInvariant()));

    private static IEnumerable<Measurement<long>> Outcomes(IRecordSource source) =>
        from account in source.Accounts
        from settled in new[] { ("used", account.Used), ("late", account.Late), ("rejected", account.Rejected), ("skipped", account.Skipped) }
        select Measure(account, settled.Item2, KeyValuePair.Create("outcome", (object?)settled.Item1));

    private static Measurement<long> Measure(RecordAccount account, long count, params KeyValuePair<string, object?>[] more)
        => new(count, [new("input", account.Input), new("partition", account.Lane), .. more]);
}
