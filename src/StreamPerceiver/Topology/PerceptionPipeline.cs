using StreamPerceiver.Align;
using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Infer;
using StreamPerceiver.Ingest;
using StreamPerceiver.Interpret;
using StreamPerceiver.Modalities;
using StreamPerceiver.Outputs;
using StreamPerceiver.Publish;

namespace StreamPerceiver.Topology;

/// <summary>
/// The graph of a prediction pipeline: <see cref="WindowGraph"/> from records to tokens, then batch, infer, interpret and publish. Stages meet in these two
/// files alone. Names are those of the folders.
/// </summary>
public sealed class PerceptionPipeline
{
    // The one in the model, and the next, which waits at the device: a pipeline with nothing there would lose its turn. One more stands in the batcher.
    private const int Batches = 2;

    // A record that waits to be stored is in the client's memory as well.
    private const int PublishedCopies = 2;

    private readonly TimeProvider _time;
    private readonly WindowGraph _windows;
    private readonly MicroBatcher _batcher;
    private readonly IReadOnlyList<OutputQuestion> _questions;
    private readonly int _waiting;

    /// <summary>Builds the stages of a pipeline; nothing runs yet.</summary>
    public PerceptionPipeline(
        PipelineDefinition definition, IPerceiver perceiver, BatchOptions batch, MemoryBudget memory, TimeProvider time, DecodeOptions? decoding = null)
    {
        IReadOnlyList<string> errors = PipelineRules.CheckModel(definition, perceiver);
        if (errors.Count > 0) throw new PipelineException(definition.File, errors);
        (Definition, Perceiver, Memory, _time) = (definition, perceiver, memory, time);
        _questions = PipelineRules.Ask(definition, perceiver);
        MemoryPlan plan = MemoryPlan.For(definition, batch, memory, _questions);
        _waiting = plan.Waiting;
        _windows = new WindowGraph(definition, perceiver.Preparations, plan.Waiting, memory, (decoding ?? new DecodeOptions()) with { Time = time });
        _batcher = new MicroBatcher(new BatchPolicy(plan.Batch), Batch, plan.Waiting, time);
    }

    /// <summary>What is run.</summary>
    public PipelineDefinition Definition { get; }

    /// <summary>The model.</summary>
    public IPerceiver Perceiver { get; }

    /// <summary>The memory budget, and what of it is held now.</summary>
    public MemoryBudget Memory { get; }

    /// <summary>Counts of stage 1: records read, and sent on.</summary>
    public StageCounts Ingest => _windows.Ingest;

    /// <summary>Counts of stage 2: records, samples.</summary>
    public StageCounts Decode => _windows.Decode;

    /// <summary>Counts of stage 3: samples, windows.</summary>
    public StageCounts Align => _windows.Align;

    /// <summary>Counts of stage 4: windows, tokenised windows.</summary>
    public StageCounts Tokenise => _windows.Tokenise;

    /// <summary>Counts of stage 5: windows, batches.</summary>
    public StageCounts Batch { get; } = new("batch");

    /// <summary>Counts of stage 6: batches, outputs, and poison windows as rejected.</summary>
    public StageCounts Infer { get; } = new("infer");

    /// <summary>Counts of stage 7: outputs, predictions.</summary>
    public StageCounts Interpret { get; } = new("interpret");

    /// <summary>Counts of stage 8: predictions, handed over to be stored.</summary>
    public StageCounts Publish { get; } = new("publish");

    /// <summary>All eight, in the order of the flow.</summary>
    public IReadOnlyList<StageCounts> Stages => [Ingest, Decode, Align, Tokenise, Batch, Infer, Interpret, Publish];

    /// <summary>Records that took longer to decode than the limit.</summary>
    public long SlowRecords => _windows.SlowRecords;

    /// <summary>Points that were not valid, and were left out of their sets.</summary>
    public long DroppedPoints => _windows.DroppedPoints;

    /// <summary>Windows that lacked a required input.</summary>
    public long SkippedWindows => _windows.SkippedWindows;

    /// <summary>Windows that closed because their entity had no record for the time to flush.</summary>
    public long FlushedWindows => _windows.FlushedWindows;

    /// <summary>Records that were rejected because their times are in the future.</summary>
    public long FutureRecords => _windows.FutureRecords;

    /// <summary>How many event times were taken from each kind of place, by input.</summary>
    public IReadOnlyList<(string Input, EventTimeKind Kind, long Count)> EventTimes => _windows.EventTimes;

    /// <summary>The entities whose clocks differ from those of the others.</summary>
    public WrongClocks WrongClocks => _windows.WrongClocks;

    /// <summary>Counts the batches that closed for this reason.</summary>
    public long BatchesClosed(BatchCloseReason reason) => _batcher.CountClosed(reason);

    /// <summary>By topic of an output, the bytes of the value of each record, where that is known beforehand.</summary>
    public IReadOnlyDictionary<string, long> PayloadBytes => Definition.Outputs.Zip(_questions).Where(o => o.First.HasExactPayload)
        .ToDictionary(o => o.First.Topic!, o => o.First.PayloadBytes(o.Second.Answer), StringComparer.Ordinal);

    private long PublishedBytes => Definition.Outputs.Zip(_questions).Sum(o => o.First.PayloadBytes(o.Second.Answer));

    /// <summary>Makes the intake of the records that a source reads for this pipeline.</summary>
    /// <param name="log">Receives what the source tells the intake; null (default): none.</param>
    public Intake NewIntake(Action<IntakeEvent, EventTime?>? log = null) => _windows.NewIntake(log);

    /// <summary>
    /// Runs until the source ends or a stop is requested, then drains: every closed window is published, and only then are the offsets committed.
    /// Throws what stopped the graph; nothing is committed then that is not published. Once per instance.
    /// </summary>
    /// <param name="source">Where records come from.</param>
    /// <param name="sink">Where predictions go.</param>
    /// <param name="device">The pipeline's share of the device, on which its model runs.</param>
    /// <param name="stop">Ends the reading; what is read by then is worked off.</param>
    public async Task RunAsync(IRecordSource source, IPredictionSink sink, DeviceShare device, CancellationToken stop)
    {
        var inference = new Inference(Perceiver, _questions, PublishedCopies * PublishedBytes, device, Infer, pause => PauseAsync(pause, stop));
        var interpreter = new Interpreter(Definition.Name, Perceiver.Identity, Definition.Outputs, _questions);

        var batch = _batcher; //                                                                               windows -> batch
        var infer = Stage.Many<TokenBatch, ModelOutput>(Infer, inference.RunAsync, Batches); //                batch -> outputs
        var interpret = Stage.Each<ModelOutput, Prediction>(Interpret, interpreter.Interpret, _waiting); //    numbers -> prediction
        var publish = Stage.End<Prediction>(Publish, sink.PublishAsync, WindowGraph.Items); //                 prediction -> Kafka, then acked

        _windows.TokeniseWindows().Then(batch).Then(infer).Then(interpret).Then(publish);

        using var metrics = new PipelineMetrics(this, source);
        await _windows.RunAsync(source, [batch, infer, interpret, publish], stop).ConfigureAwait(false);
        await sink.FlushAsync().ConfigureAwait(false);
        source.CommitSettled();
    }

    /// <summary>Waits for the pause. Returns false where a stop is requested meanwhile.</summary>
    private async Task<bool> PauseAsync(TimeSpan pause, CancellationToken stop)
    {
        await Task.Delay(pause, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !stop.IsCancellationRequested;
    }
}
