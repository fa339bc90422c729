using System.Threading.Tasks.Dataflow;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;

namespace StreamPerceiver.Kafka;

/// <content>Records go into the graph as it has room; partitions pause and resume.</content>
public sealed partial class KafkaSource
{
    // Long enough for the graph to make room in the ordinary way. A pause empties librdkafka's queue, so it is for real stalls.
    private static readonly TimeSpan BlockedBeforePause = TimeSpan.FromSeconds(1);

    /// <summary>Sends what is pending, in order. Returns false when reading must stop.</summary>
    private bool Flush(ITargetBlock<Envelope<RawRecord>[]> target, CancellationToken stop)
    {
        while (_intake.TakeRun() is { Length: > 0 } run) // more may come in while the graph is full
        {
            if (!target.Post(run))
            {
                Task<bool> sending = target.SendAsync(run, CancellationToken.None);
                if (!Await(wait => sending.Wait(wait, CancellationToken.None), stop)) return false;
                if (!sending.Result) return false; // the graph has ended, and reports the reason itself
            }

            _intake.CountSent(run);
        }

        return true;
    }

    /// <summary>Waits while the graph is full, in items or in bytes: first without polling, then paused and polling. Returns false when told to stop.</summary>
    private bool Await(Func<TimeSpan, bool> hasRoom, CancellationToken stop)
    {
        for (long since = _time.GetTimestamp(); !hasRoom(PollWait);)
        {
            if (stop.IsCancellationRequested) return false;
            if (_intake.NoteSlowLanes()) ApplyPauses();
            CommitSettled(); // a full graph still publishes, and dead letters take memory until they are committed
            if (_time.GetElapsedTime(since) < BlockedBeforePause) continue;
            if (_intake.NoteGraphIsFull(true)) ApplyPauses();
            Poll(TimeSpan.Zero);
        }

        if (_intake.NoteGraphIsFull(false)) ApplyPauses();
        return true;
    }

    private void ApplyPauses(int? lane = null)
    {
        foreach ((SourcePartition partition, bool pause) in _intake.PauseChanges(lane))
        {
            if (pause) _consumer.Pause([ToKafka(partition)]);
            else _consumer.Resume([ToKafka(partition)]);
        }
    }
}
