using System.Threading.Tasks.Dataflow;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>
/// Reads a sequence of records, in its order, and commits nothing. At the end of the sequence every input counts as silent. For tests, benches and replays.
/// </summary>
/// <param name="records">The records. A sequence that throws ends the reading with its exception.</param>
/// <param name="intake">The pipeline's intake.</param>
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
    public void CommitSettled() => intake.CommittableOffsets(); // removes settled records from the ledgers

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
                intake.TakeRecord(record);
                if (!intake.HasFullRun) continue;
                if (!intake.SendRun(target)) return;
                CommitSettled();
            }

            intake.ConfirmAllSilent();
            intake.SendRun(target);
        }
        finally
        {
            target.Complete();
        }
    }
}
