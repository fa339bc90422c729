using System.Runtime.CompilerServices;
using System.Threading.Channels;
using System.Threading.Tasks.Dataflow;
using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Modalities;
using StreamPerceiver.Publish;

namespace StreamPerceiver.Topology;

/// <summary>Cuts records into windows without a model: the windows that a prediction pipeline makes of them, in the same order.</summary>
/// <param name="definition">The pipeline, of which inputs and windows are used.</param>
/// <param name="preparations">How the model's inputs were prepared in training, by name.</param>
/// <param name="waiting">Windows that may wait for the reader.</param>
/// <param name="memory">The budget that the bytes of records and windows are counted against.</param>
/// <param name="decoding">The clock of slow records, and schemas.</param>
public sealed class WindowRun(
    PipelineDefinition definition, IReadOnlyDictionary<string, InputPreparation> preparations, int waiting, MemoryBudget memory, DecodeOptions decoding)
{
    // A slow record may change the order of windows of different lanes, and a slow machine must not.
    private readonly WindowGraph _graph = new(definition, preparations, waiting, memory, decoding with { SlowAfterMs = int.MaxValue });

    /// <summary>Counts of the windows that were read.</summary>
    public StageCounts Windows { get; } = new("windows");

    /// <summary>Windows that lacked a required input, or in which nothing was near enough to be used.</summary>
    public long SkippedWindows => _graph.SkippedWindows;

    /// <summary>Records that could not be used.</summary>
    public long Rejected { get; private set; }

    /// <summary>The first of them; null: there is none.</summary>
    public Rejection? FirstRejection { get; private set; }

    /// <summary>Counts of records by outcome, input and lane, once all windows are read.</summary>
    public IReadOnlyList<RecordAccount> Accounts { get; private set; } = [];

    /// <summary>Runs the records of a source, and returns the windows as they close. Throws what stopped the graph. Once per instance.</summary>
    /// <param name="source">Makes the source, which gets its intakes from what it is given.</param>
    /// <param name="stop">Ends the reading.</param>
    public async IAsyncEnumerable<AlignedWindow> ReadAsync(Func<Func<Intake>, IRecordSource> source, [EnumeratorCancellation] CancellationToken stop = default)
    {
        Channel<AlignedWindow> windows = Channel.CreateBounded<AlignedWindow>(new BoundedChannelOptions(waiting) { SingleReader = true, SingleWriter = true });
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        ITargetBlock<Envelope<AlignedWindow>> take = Stage.End<AlignedWindow>(Windows, item => TakeAsync(item, windows.Writer, ended.Token), WindowGraph.Items);
        _graph.AlignedWindows.Then(take);
        Task run = RunAsync(source(() => _graph.NewIntake()), take, windows.Writer, ended.Token);
        try
        {
            await foreach (AlignedWindow window in windows.Reader.ReadAllAsync(stop).ConfigureAwait(false)) yield return window;
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false); // a reader that ends early
            await run.ConfigureAwait(false);
        }
    }

    private async Task RunAsync(IRecordSource source, IDataflowBlock take, ChannelWriter<AlignedWindow> windows, CancellationToken stop)
    {
        try
        {
            await using (source.ConfigureAwait(false))
            {
                await _graph.RunAsync(source, [take], stop).ConfigureAwait(false);
                source.CommitSettled();
                Accounts = source.Accounts;
            }

            windows.Complete();
        }
        catch (Exception e)
        {
            windows.Complete(e); // the reader throws it
        }
    }

    private async Task TakeAsync(Envelope<AlignedWindow> item, ChannelWriter<AlignedWindow> windows, CancellationToken stop)
    {
        if (item.Value is { } window)
        {
            try
            {
                await windows.WriteAsync(window, stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return; // the reader has ended, and takes no more windows
            }
        }
        else if (item.Notice is Rejection rejection)
        {
            FirstRejection ??= rejection;
            Rejected++;
        }

        item.Ack!.Release(OutgoingRecords.OutcomeOf(item));
    }
}
