using System.Diagnostics.Metrics;
using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;

namespace StreamPerceiver.Topology;

/// <summary>What a running pipeline counts, as instruments of one meter; whoever listens asks when it wants to know.</summary>
public sealed class PipelineMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "StreamPerceiver";

    private readonly Meter _meter;

    /// <summary>Begins to answer.</summary>
    public PipelineMetrics(PerceptionPipeline pipeline, IRecordSource source)
    {
        _meter = new Meter(new MeterOptions(MeterName) { Tags = [new("pipeline", pipeline.Definition.Name)] });
        _meter.CreateObservableCounter("streamperceiver.records.read", () => Records(a => a.Read), "{record}", "Records read, by input and partition.");
        _meter.CreateObservableCounter("streamperceiver.records.settled", () => Outcomes(source), "{record}", "Records of which it is decided what became of them, by input, partition and outcome.");
        _meter.CreateObservableUpDownCounter("streamperceiver.records.held", () => Records(a => a.Held), "{record}", "Records read that are not decided yet, by input and partition: read less settled.");
        _meter.CreateObservableCounter("streamperceiver.stage.in", () => Stages(s => s.In), "{item}", "Items taken in, by stage.");
        _meter.CreateObservableCounter("streamperceiver.stage.out", () => Stages(s => s.Out), "{item}", "Items given out, by stage.");
        _meter.CreateObservableCounter("streamperceiver.windows.skipped", () => pipeline.SkippedWindows, "{window}", "Windows that lacked a required input, or in which nothing was near enough to be used.");
        _meter.CreateObservableCounter("streamperceiver.batches.closed", () => Batches(pipeline), "{batch}", "Batches, by what closed them: count, deadline, or the end of the stream.");

        IEnumerable<Measurement<long>> Records(Func<RecordAccount, long> count) => source.Accounts.Select(a => Measure(a, count(a)));

        IEnumerable<Measurement<long>> Stages(Func<StageCounts, long> count) => pipeline.Stages.Select(s => new Measurement<long>(count(s), new KeyValuePair<string, object?>("stage", s.Name)));
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

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
