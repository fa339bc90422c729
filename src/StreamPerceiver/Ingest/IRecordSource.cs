using System.Threading.Tasks.Dataflow;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>Where records come from: Kafka, or a list in memory.</summary>
public interface IRecordSource : IAsyncDisposable
{
    /// <summary>
    /// Sends records to the first block, in runs of what is ready at once, until told to stop or until there are no more, then completes it. Returns when the last record is
    /// sent; a fault of the graph ends it quietly, since the graph itself reports that.
    /// </summary>
    Task ReadAsync(ITargetBlock<Envelope<RawRecord>[]> target, CancellationToken stop);

    /// <summary>Commits what has been settled. Called once the graph has drained; a source commits by itself while it reads.</summary>
    void CommitSettled();

    /// <summary>What became of every record, by input and lane. Exact once the graph has drained; while it runs, records settle as they are counted.</summary>
    IReadOnlyList<RecordAccount> Accounts { get; }
}
