using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>The intake's state of one lane. Each array has one element for each topic, if not stated otherwise.</summary>
internal sealed class Lane
{
    public Lane(int number, IReadOnlyList<TopicInputs> topics, IntakeOptions options, MemoryBudget budget)
    {
        (Number, Lease) = (number, new LaneLease(budget));
        Ledgers = topics.Select(topic => new OffsetLedger(Lease, topic.Inputs.Count)).ToArray();
        Committed = Enumerable.Repeat(-1L, topics.Count).ToArray();
        Begins = topics.Select(topic => new long[topic.Inputs.Count]).ToArray();
        Paused = new bool[topics.Count];
        UnreadTables = [.. topics.Where(topic => topic.IsTable).Select(topic => topic.Topic)];
        Gate = new SkewGate([.. topics.Select(topic => topic.IsTable)], options.SpanNs, options.ScarceAheadNs);
        Silence = new SilenceWatch(topics.Count, options.IdleAfterNs, options.FlushAfterNs);
    }

    public int Number { get; }

    public LaneLease Lease { get; }

    public OffsetLedger[] Ledgers { get; }

    public long[] Committed { get; }

    /// <summary>By topic and input of it, the first offset that the input's alignment still needs.</summary>
    public long[][] Begins { get; }

    public bool[] Paused { get; }

    /// <summary>The tables that were not read to their ends since the lane was opened. The other topics are paused until then.</summary>
    public HashSet<string> UnreadTables { get; }

    public bool IsSlow { get; set; }

    public SkewGate Gate { get; }

    public SilenceWatch Silence { get; }
}
