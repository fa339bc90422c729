using System.Threading.Tasks.Dataflow;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>A stream of records for a pipeline: from Kafka, or from a sequence in memory.</summary>
public interface IRecordSource : IAsyncDisposable
{
    /// <summary>
    /// Sends records to the first block, in runs of what is ready at once, until told to stop or until there are no more. It then completes the block. Returns
    /// when the last record is sent. A fault of the graph ends it without an exception, since the graph reports that itself.
    /// </summary>
    Task ReadAsync(ITargetBlock<Envelope<RawRecord>[]> target, CancellationToken stop);

    /// <summary>Commits what has been settled. Called once the graph has drained; a source commits by itself while it reads.</summary>
    void CommitSettled();

    /// <summary>Completes when the source has its first lanes.</summary>
    Task Assignment { get; }

    /// <summary>Whether offsets were committed: an interruption after that is a new one, and is waited for anew.</summary>
    bool HasCommitted { get; }

    /// <summary>What became of every record, by input and lane. Exact once the graph has drained; while it runs, records settle as they are counted.</summary>
    IReadOnlyList<RecordAccount> Accounts { get; }
}
