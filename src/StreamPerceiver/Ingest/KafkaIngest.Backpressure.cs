using System.Threading.Tasks.Dataflow;
using Confluent.Kafka;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <content>Records go into the graph as it has room; partitions pause and resume.</content>
public sealed partial class KafkaIngest
{
    // Long enough for the graph to make room in the ordinary way; pausing empties librdkafka's queue, so it is for real stalls.
    private static readonly TimeSpan BlockedBeforePause = TimeSpan.FromSeconds(1);

    // Enough that handing over costs little, and not so much that pictures wait for each other's decoding.
    private const int MostOfARun = 32;
    private const int MostBytesOfARun = 64 << 10;

    private bool IsFullRun => _pending.Count >= MostOfARun || _pendingBytes >= MostBytesOfARun;

    /// <summary>Sends what is pending, in order. False: stop reading.</summary>
    private bool Flush(ITargetBlock<Envelope<RawRecord>[]> target, CancellationToken stop)
    {
        while (_pending.Count > 0)
        {
            Envelope<RawRecord>[] run = [.. _pending];
            _pending.Clear(); // more may come in while the graph is full
            _pendingBytes = 0;
            if (!target.Post(run))
            {
                Task<bool> sending = target.SendAsync(run, CancellationToken.None);
                if (!Await(wait => sending.Wait(wait, CancellationToken.None), stop)) return false;
                if (!sending.Result) return false; // the graph has ended, and says itself why
            }

            foreach (Envelope<RawRecord> sent in run)
                if (sent.Value is not null)
                    _counts.CountOut();
        }

        return true;
    }

    /// <summary>Waits while the graph is full, in items or in bytes: first standing still, then paused and polling. False: told to stop.</summary>
    private bool Await(Func<TimeSpan, bool> hasRoom, CancellationToken stop)
    {
        for (long since = _time.GetTimestamp(); !hasRoom(PollWait);)
        {
            if (stop.IsCancellationRequested) return false;
            CommitSettled(); // a full graph still publishes, and dead letters take memory until they are committed
            if (_time.GetElapsedTime(since) < BlockedBeforePause) continue;
            if (_book.GraphIsFull(true)) ApplyPauses();
            Poll(TimeSpan.Zero);
        }

        if (_book.GraphIsFull(false)) ApplyPauses();
        return true;
    }

    private void ApplyPauses(Lane? only = null)
    {
        foreach ((TopicPartition partition, bool pause) in _book.PauseChanges(only))
        {
            if (pause) _consumer.Pause([partition]);
            else _consumer.Resume([partition]);
        }
    }
}
