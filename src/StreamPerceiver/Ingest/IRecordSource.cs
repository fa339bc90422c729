using System.Threading.Tasks.Dataflow;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>A stream of records for a pipeline: from Kafka, or from a sequence in memory.</summary>
public interface IRecordSource : IAsyncDisposable
{
    /// <summary>
    /// Sends records to the first block, until told to stop or until there are no more; then completes the block. Records that are ready together are sent
    /// as one run. Returns when the last run is sent. A fault of the graph ends the reading without an exception, since the graph itself throws it.
    /// </summary>
    Task ReadAsync(ITargetBlock<Envelope<RawRecord>[]> target, CancellationToken stop);

    /// <summary>Commits the offsets of settled records. Called once the graph has drained; while it reads, a source commits by itself.</summary>
    void CommitSettled();

    /// <summary>Completes when the source has its first lanes.</summary>
    Task Assignment { get; }

    /// <summary>Whether offsets were committed. The worker's backoff then starts again at the next interruption.</summary>
    bool HasCommitted { get; }

    /// <summary>Counts of records by outcome, input and lane. The counts are exact once the graph has drained.</summary>
    IReadOnlyList<RecordAccount> Accounts { get; }
}
