namespace StreamPerceiver.Flow;

/// <summary>
/// The order in which runs leave a stage that works on several of them at once. They leave as they came. The lanes of a record that takes long leave this
/// order: what they have waits for that record, and the others pass. Within a lane the order always holds. Not thread-safe.
/// </summary>
/// <typeparam name="TIn">The stage's input.</typeparam>
/// <typeparam name="TOut">The stage's output.</typeparam>
/// <param name="laneOfInput">The lane of an item that comes in.</param>
/// <param name="laneOfOutput">The lane of an item that leaves.</param>
internal sealed class LaneOrder<TIn, TOut>(Func<Envelope<TIn>, int> laneOfInput, Func<Envelope<TOut>, int> laneOfOutput)
    where TIn : class where TOut : class
{
    // A record of this weight may take long, so it shares its work with records of its own lane alone.
    private const long HeavyBytes = 64 << 10;

    private readonly LinkedList<Work> _all = []; // as they came
    private readonly LinkedList<Work> _waiting = []; // those that no thread works on yet
    private readonly Dictionary<int, int> _slow = []; // by lane, its works that take long

    /// <summary>The number of works that have not left.</summary>
    public int Count => _all.Count;

    /// <summary>Whether anything is slow.</summary>
    public bool HasSlow => _slow.Count > 0;

    /// <summary>Whether a lane waits for a record that takes long.</summary>
    public bool IsSlow(int lane) => _slow.ContainsKey(lane);

    /// <summary>Adds a run. A run with a heavy record becomes one work for each lane, any other run is one work.</summary>
    public void Add(Envelope<TIn>[] run)
    {
        if (Array.Exists(run, item => item.Ack is RecordAck { InFlightBytes: >= HeavyBytes }))
            foreach (IGrouping<int, Envelope<TIn>> lane in run.GroupBy(laneOfInput))
                Add(new Work([.. lane], lane.Key));
        else
            Add(new Work(run, null));
    }

    /// <summary>Takes the next work to begin. Returns null where there is none, but for lanes that wait for a record that takes long.</summary>
    public Work? Begin()
    {
        for (LinkedListNode<Work>? node = _waiting.First; node is not null; node = node.Next)
        {
            if (node.Value.Lane is { } lane && IsSlow(lane)) continue;
            _waiting.Remove(node);
            return node.Value;
        }

        return null;
    }

    /// <summary>Marks a work that takes long. Its lanes leave the order until it ends.</summary>
    public void MarkSlow(Work work)
    {
        work.SlowLanes = [.. work.Items.Select(laneOfInput).Distinct()];
        foreach (int lane in work.SlowLanes) _slow[lane] = _slow.GetValueOrDefault(lane) + 1;
    }

    /// <summary>Ends a work with its results.</summary>
    public void End(Work work, Envelope<TOut>[] results)
    {
        work.Results = results;
        foreach (int lane in work.SlowLanes)
            if (--_slow[lane] == 0)
                _slow.Remove(lane);
    }

    /// <summary>Counts the works, but for those that wait in lanes with a record that takes long.</summary>
    public int CountInOrder() => HasSlow ? _all.Count(work => !LanesOf(work).All(IsSlow)) : Count;

    /// <summary>Takes the next results that may leave. Returns null where there are none.</summary>
    public Envelope<TOut>[]? TakeNext()
    {
        HashSet<int> behind = []; // lanes of which something earlier has not left
        for (LinkedListNode<Work>? node = _all.First; node is not null; node = node.Next)
        {
            Work work = node.Value;
            if (work.Results is null)
            {
                if (work.SlowLanes.Length == 0 && !LanesOf(work).All(behind.Contains)) return null;
                behind.UnionWith(work.SlowLanes);
                continue;
            }

            Envelope<TOut>[] free = behind.Count == 0 ? work.Results : [.. work.Results.Where(r => !behind.Contains(laneOfOutput(r)))];
            if (free.Length == work.Results.Length)
            {
                _all.Remove(node);
                return free;
            }

            if (free.Length == 0) continue;
            work.Results = [.. work.Results.Where(r => behind.Contains(laneOfOutput(r)))];
            return free;
        }

        return null;
    }

    private void Add(Work work)
    {
        _all.AddLast(work);
        _waiting.AddLast(work);
    }

    private IEnumerable<int> LanesOf(Work work) => work.Results is { } results ? results.Select(laneOfOutput) : work.Items.Select(laneOfInput);

    /// <summary>Items that one thread works on, one after the other.</summary>
    /// <param name="items">The items.</param>
    /// <param name="lane">Their lane; null where they may be of several lanes.</param>
    internal sealed class Work(Envelope<TIn>[] items, int? lane)
    {
        private long _since;

        /// <summary>The items.</summary>
        public Envelope<TIn>[] Items => items;

        /// <summary>Their lane; null where they may be of several lanes.</summary>
        public int? Lane => lane;

        /// <summary>The results; null while there are none.</summary>
        public Envelope<TOut>[]? Results { get; set; }

        /// <summary>The record that is worked on; null before the first.</summary>
        public TIn? Record { get; private set; }

        /// <summary>Since when, on the clock's time stamps.</summary>
        public long Since => Volatile.Read(ref _since);

        /// <summary>The lanes that wait for it, since it takes long; empty (default) where it does not.</summary>
        public int[] SlowLanes { get; set; } = [];

        /// <summary>Notes the record that is worked on now. Another thread may read it.</summary>
        public void Begin(TIn? record, long now)
        {
            Volatile.Write(ref _since, now);
            Record = record;
        }
    }
}
