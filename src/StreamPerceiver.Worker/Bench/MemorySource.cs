using System.Threading.Tasks.Dataflow;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Interpret;
using StreamPerceiver.Publish;

namespace StreamPerceiver.Worker.Bench;

/// <summary>A workload's records, with ledger and acks as those from Kafka have, in runs as those come.</summary>
internal sealed class MemorySource(Workload load, StageCounts counts, MemoryBudget budget) : IRecordSource
{
    private const int BetweenCommits = 1024;
    private const int MostOfARun = 32;
    private const int MostBytesOfARun = 64 << 10;

    private readonly OffsetLedger _ledger = new(new LaneHold(budget));

    public IReadOnlyList<RecordAccount> Accounts => [];

    public Task ReadAsync(ITargetBlock<Envelope<RawRecord>[]> target, CancellationToken stop)
        => Task.Factory.StartNew(() => Read(target, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public void CommitSettled() => _ledger.Committable();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Read(ITargetBlock<Envelope<RawRecord>[]> target, CancellationToken stop)
    {
        var admission = new Admission(load.Definition.Inputs, new EventTimeReader(load.Definition.MaxFutureNs), counts);
        try
        {
            List<Envelope<RawRecord>> run = [Envelope<RawRecord>.News(new LaneOpened(0, new Dictionary<string, EventTime>()))];
            for ((int i, int bytes) = (0, 0); i < load.Count && !stop.IsCancellationRequested; i++)
            {
                SourceRecord record = load.Record(i);
                run.Add(admission.Admit(record, 0, _ledger.Track(i)));
                bytes += record.Value!.Length;
                if (i % BetweenCommits == 0) CommitSettled();
                if (run.Count < MostOfARun && bytes < MostBytesOfARun) continue;
                if (!target.Post([.. run])) target.SendAsync([.. run]).Wait(CancellationToken.None); // the graph takes it, whether it is to end or not
                run.Clear();
                bytes = 0;
            }
        }
        finally
        {
            target.Complete();
        }
    }
}

/// <summary>Takes predictions, and says that they are published.</summary>
internal sealed class MemorySink : IPredictionSink
{
    public Task PublishAsync(Envelope<Prediction> item)
    {
        item.Ack?.Release(Outcome.Used);
        return Task.CompletedTask;
    }

    public Task FlushAsync() => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
