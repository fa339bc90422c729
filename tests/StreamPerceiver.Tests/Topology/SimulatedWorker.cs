using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Interpret;
using StreamPerceiver.Modalities;
using StreamPerceiver.Publish;

namespace StreamPerceiver.Tests.Topology;

/// <summary>
/// A worker's own parts, moved by hand, one step at a time: between any two of its steps it may be killed, or lose a lane. What is in between the
/// stages is lost with it.
/// </summary>
/// <param name="broker">What it reads, and where it publishes.</param>
/// <param name="align">Windows and watermarks.</param>
/// <param name="log">Receives what the intake is told; null (default): nobody does.</param>
internal sealed class SimulatedWorker(SimulatedBroker broker, AlignOptions align, Action<IntakeEvent, EventTime?>? log = null)
{
    private readonly Intake _intake = NewIntake(broker.Inputs, align, log);
    private readonly SimulatedAlignment _alignment = new(broker.Inputs, align);
    private readonly OutgoingRecords _outgoing = new(
        new PublishTopics("predictions", "dead-letters", "late", "progress"), "group", inTransactions: true, new TopicIds());
    private readonly StoredOffsets _stored = new("group", "progress", inTransactions: true);
    private readonly Dictionary<(string Topic, int Lane), int> _next = [];
    private readonly Queue<Envelope<RawRecord>> _read = new();
    private readonly LinkedList<Envelope<AlignedWindow>> _aligned = [];
    private readonly List<OutgoingRecord> _transaction = [];
    private readonly List<(Ack Ack, Outcome Outcome)> _taken = [];
    private TimeSpan _clock;

    public HashSet<int> Lanes { get; } = [];

    /// <summary>Records read so far.</summary>
    public int Read { get; private set; }

    /// <summary>What became of every record.</summary>
    public IReadOnlyList<RecordAccount> Accounts => _intake.Accounts;

    /// <summary>Partitions that have an unread record.</summary>
    public (string Topic, int Lane)[] Unread => [.. _next.Where(n => n.Value < broker.Count(n.Key)).Select(n => n.Key).Order()];

    /// <summary>Whether nothing is in between the stages.</summary>
    public bool IsIdle => _read.Count == 0 && _aligned.Count == 0;

    public void Assign(int lane)
    {
        IReadOnlyList<SourcePartition> partitions = _intake.PartitionsOf([lane]);
        LaneProgress progress = broker.Progress(lane);
        IReadOnlyList<long?> starts = _intake.OpenLane(lane, progress, [.. partitions.Select(p => State(p, progress))]);
        foreach ((SourcePartition partition, long? start) in partitions.Zip(starts))
            if (broker.Log.TryGetValue((partition.Topic, lane), out SourceRecord[]? log))
                _next[(partition.Topic, lane)] = start is null ? 0 : Array.FindIndex(log, r => r.Offset >= start) is var at && at >= 0 ? at : log.Length;
        Lanes.Add(lane);
        Collect();
    }

    /// <summary>The lane is taken away in an orderly way: what the publisher has is committed, what is behind it is void.</summary>
    public void Revoke(int lane)
    {
        _intake.RevokeLanes([lane]);
        Commit();
        _intake.CloseLanes([lane]);
        Collect();
        foreach ((string, int Lane) gone in _next.Keys.Where(k => k.Lane == lane).ToArray()) _next.Remove(gone);
        Lanes.Remove(lane);
    }

    public void ReadNext((string Topic, int Lane) from)
    {
        _intake.TakeRecord(broker.Log[from][_next[from]++]);
        Collect();
        Read++;
    }

    public static Intake NewIntake(IReadOnlyList<InputSpec> inputs, AlignOptions align, Action<IntakeEvent, EventTime?>? log = null)
    {
        var options = new IntakeOptions
        {
            SpanNs = align.SpanNs,
            ScarceAheadNs = align.SpanNs,
            IdleAfterNs = align.IdleAfterNs,
            FlushAfterNs = 1,
            MaxFutureNs = EventTime.PerSecond,
        };
        return new Intake(inputs, options, new StageCounts("ingest"), new MemoryBudget(1 << 30)) { Log = log };
    }

    /// <summary>The brokers confirm that nothing is unread, and the clock goes on for long enough to flush every entity.</summary>
    public void CatchUp()
    {
        AskEnds(TimeSpan.Zero); // makes a mark
        AskEnds(TimeSpan.FromHours(1));
    }

    /// <summary>The clock goes on, and the brokers are asked where partitions end.</summary>
    public void AskEnds(TimeSpan later)
    {
        _clock += later;
        foreach (SourcePartition partition in _intake.PartitionsOf(Lanes))
            if (!Unread.Contains((partition.Topic, partition.Number)))
                _intake.NoteEnd(partition, End(partition));
        foreach (SourcePartition partition in _intake.PartitionsToAsk(_clock)) _intake.NoteLogEnd(partition, End(partition), _clock);
        Collect();
    }

    /// <summary>The brokers are asked where the tables end. Once they are read up to there, windows may close.</summary>
    public void AskTables()
    {
        foreach (SourcePartition partition in _intake.PartitionsOf(Lanes).Where(p => _intake.IsTable(p.Topic)))
            if (!Unread.Contains((partition.Topic, partition.Number)))
                _intake.NoteEnd(partition, End(partition));
        foreach (SourcePartition partition in _intake.PartitionsToAsk(_clock).Where(p => _intake.IsTable(p.Topic)))
            _intake.NoteLogEnd(partition, End(partition), _clock);
        Collect();
    }

    private long End(SourcePartition partition)
        => broker.Count((partition.Topic, partition.Number)) is > 0 and var count ? broker.Log[(partition.Topic, partition.Number)][count - 1].Offset + 1 : 0;

    public void AlignNext()
    {
        if (!_read.TryDequeue(out Envelope<RawRecord> item)) return;
        foreach (Envelope<AlignedWindow> window in _alignment.Accept(item)) _aligned.AddLast(window);
    }

    /// <summary>The next thing reaches the publisher; a notice does not wait for the windows before it, which may be gathering in a batch.</summary>
    public void PublishNext(bool noticeFirst)
    {
        LinkedListNode<Envelope<AlignedWindow>>? node = _aligned.First;
        if (noticeFirst)
            for (LinkedListNode<Envelope<AlignedWindow>>? n = node; n is not null; n = n.Next)
                if (n.Value.Value is null)
                {
                    node = n;
                    break;
                }

        if (node is null) return;
        _aligned.Remove(node);
        Envelope<Prediction> item = node.Value.Value is { } window
            ? Envelope<Prediction>.OfValue(SimulatedAlignment.Predict(window), node.Value.Ack)
            : node.Value.ForwardNotice<Prediction>();
        if (item.Ack!.IsRevoked) return;
        _transaction.AddRange(_outgoing.RecordsOf(item));
        _taken.Add((item.Ack, OutgoingRecords.OutcomeOf(item)));
    }

    public void Commit()
    {
        foreach ((Ack ack, Outcome outcome) in _taken) ack.Release(outcome);
        _taken.Clear();
        IReadOnlyList<PartitionOffset> offsets = _intake.CommittableOffsets();
        _transaction.AddRange(offsets.Select(o => _outgoing.CommittedOf(o.Topic, o.Partition, o.Offset)));
        broker.Commit(_transaction, offsets);
        _transaction.Clear();
        _intake.NoteCommitted(offsets);
        Collect();
    }

    /// <summary>Aligns, publishes and commits all that was read.</summary>
    public void Settle()
    {
        for (int round = 0; round < 2; round++) // a commit moves where a restart begins
        {
            while (!IsIdle)
            {
                AlignNext();
                PublishNext(noticeFirst: false);
            }

            if (round == 0) Commit();
        }
    }

    private PartitionState State(SourcePartition partition, LaneProgress progress)
    {
        long? committed = broker.Committed.TryGetValue((partition.Topic, partition.Number), out long offset) ? offset : null;
        var state = new PartitionState(committed, LogStart: broker.LogStart.GetValueOrDefault((partition.Topic, partition.Number)), Begin: 0);
        if (_intake.IsTable(partition.Topic)) return state;
        return state with { Committed = _stored.Reconcile(partition, state, topicId: null, progress, out _) };
    }

    private void Collect()
    {
        foreach (Envelope<RawRecord> item in _intake.TakeRun()) _read.Enqueue(item);
    }
}
