using System.Threading.Tasks.Dataflow;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;

namespace StreamPerceiver.Recordings.Info;

/// <summary>A source whose records are seen on their way to the graph, with the entity and the event time that they have there.</summary>
/// <param name="source">The source.</param>
/// <param name="observe">Takes each record that was admitted, on one thread.</param>
internal sealed class ObservedSource(IRecordSource source, Action<RawRecord> observe) : IRecordSource
{
    /// <inheritdoc/>
    public Task Assignment => source.Assignment;

    /// <inheritdoc/>
    public bool HasCommitted => source.HasCommitted;

    /// <inheritdoc/>
    public IReadOnlyList<RecordAccount> Accounts => source.Accounts;

    /// <inheritdoc/>
    public Task ReadAsync(ITargetBlock<Envelope<RawRecord>[]> target, CancellationToken stop)
    {
        IPropagatorBlock<Envelope<RawRecord>[], Envelope<RawRecord>[]> relay = Stage.Observe<Envelope<RawRecord>[]>(run =>
        {
            foreach (Envelope<RawRecord> item in run)
                if (item.Value is { } record)
                    observe(record);
        });
        relay.Then(target);
        return source.ReadAsync(relay, stop);
    }

    /// <inheritdoc/>
    public void CommitSettled() => source.CommitSettled();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => source.DisposeAsync();
}
