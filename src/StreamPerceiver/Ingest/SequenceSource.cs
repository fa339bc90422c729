using System.Threading.Tasks.Dataflow;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>
/// Reads a sequence of records, in its order. It commits nothing, and at its end every input counts as silent. For tests, benches and replays.
/// </summary>
/// <param name="records">The records. A sequence that throws ends the reading with its exception.</param>
/// <param name="intake">The books of the pipeline's records.</param>
public sealed class SequenceSource(IEnumerable<SourceRecord> records, Intake intake) : IRecordSource
{
    /// <inheritdoc/>
    public Task Assignment => Task.CompletedTask;

    /// <inheritdoc/>
    public bool HasCommitted => false;

    /// <inheritdoc/>
    public IReadOnlyList<RecordAccount> Accounts => intake.Accounts;

    /// <inheritdoc/>
    public Task ReadAsync(ITargetBlock<Envelope<RawRecord>[]> target, CancellationToken stop)
        => Task.Factory.StartNew(() => Read(target, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <inheritdoc/>
    public void CommitSettled() => intake.CommittableOffsets(); // settled records leave the books

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Read(ITargetBlock<Envelope<RawRecord>[]> target, CancellationToken stop)
    {
        try
        {
            foreach (SourceRecord record in records)
            {
                if (stop.IsCancellationRequested) return;
                if (!intake.HasLane(record.Partition)) intake.OpenLane(record.Partition);
                intake.TakeRecord(record, now: TimeSpan.Zero);
                if (!intake.HasFullRun) continue;
                if (!Send(target)) return;
                CommitSettled();
            }

            intake.ConfirmAllSilent();
            Send(target);
        }
        finally
        {
            target.Complete();
        }
    }

    // False: the graph has ended.
    private bool Send(ITargetBlock<Envelope<RawRecord>[]> target)
    {
        Envelope<RawRecord>[] run = intake.TakeRun();
        if (!target.Post(run) && !target.SendAsync(run).GetAwaiter().GetResult()) return false;
        intake.CountSent(run);
        return true;
    }
}
