using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>
/// Tracks the unsettled records of one partition, in their order. The offset to commit is that of the oldest unsettled record: a restart rebuilds the
/// state of alignment from there. Acks settle on any thread; the ledger itself is not thread-safe.
/// </summary>
/// <param name="lane">The lease on the partition's lane; null (default): it is never revoked.</param>
public sealed class OffsetLedger(LaneLease? lane = null)
{
    private readonly Queue<RecordAck> _pending = new();
    private readonly long[] _settled = new long[(int)Enum.GetValues<Outcome>().Max() + 1];
    private long _next = -1;
    private long _settledBefore = -1;
    private long _reportedThrough = -1;

    /// <summary>Records read since the partition was assigned.</summary>
    public long Read { get; private set; }

    /// <summary>Records that are not settled.</summary>
    public long Held => _pending.Count(a => a.Settled is null && !a.IsLost);

    /// <summary>Offsets that were deleted before they were settled.</summary>
    public long Lost { get; private set; }

    /// <summary>Whether all records are settled.</summary>
    public bool IsSettled => _pending.Count == 0;

    /// <summary>Restores the progress of an earlier run in the partition.</summary>
    /// <param name="settledBefore">Records before this offset are settled.</param>
    /// <param name="reportedThrough">Dead letters and late records up to this offset are published.</param>
    public void Restore(long settledBefore, long reportedThrough) => (_settledBefore, _reportedThrough) = (settledBefore, reportedThrough);

    /// <summary>Sets the offset of the first record to read. It may be committed at once.</summary>
    public void BeginAt(long offset) => _next = offset;

    /// <summary>Adds a record and returns its ack. Offsets must ascend.</summary>
    public RecordAck Track(long offset)
    {
        if (offset < _next) throw new ArgumentOutOfRangeException(nameof(offset), offset, $"expected {_next} or more");
        var ack = new RecordAck(offset, lane) { IsLookback = offset < _settledBefore, IsReported = offset <= _reportedThrough };
        _pending.Enqueue(ack);
        _next = offset + 1;
        Read++;
        return ack;
    }

    /// <summary>
    /// Notes that the offsets of a span are lost. Returns an ack whose release settles them: until then the offset to commit stays before the span.
    /// </summary>
    /// <param name="from">The first lost offset.</param>
    /// <param name="next">The offset behind the last lost one.</param>
    public RecordAck TrackLoss(long from, long next)
    {
        var ack = new RecordAck(from, lane) { IsLost = true };
        _pending.Enqueue(ack);
        _next = next;
        Lost += next - from;
        return ack;
    }

    /// <summary>
    /// Notes that the partition was read to its end. The last offsets before an end may belong to markers of transactions and to aborted records.
    /// </summary>
    /// <param name="offset">The end offset.</param>
    public void NoteEnd(long offset) => _next = Math.Max(_next, offset);

    /// <summary>
    /// Returns the offset to commit: that of the oldest unsettled record, else the end, or one more than that of the last record behind it. Null where
    /// neither a record nor an end was read, unless it is known where to begin.
    /// </summary>
    public long? CommittableOffset()
    {
        while (_pending.TryPeek(out RecordAck? oldest) && oldest.Settled is { } outcome)
        {
            if (!oldest.IsLost) _settled[(int)outcome]++;
            _pending.Dequeue();
        }

        if (_pending.TryPeek(out RecordAck? held)) return held.Offset;
        return _next >= 0 ? _next : null;
    }

    /// <summary>Counts the records with an outcome. The counts of all outcomes and <see cref="Held"/> add up to <see cref="Read"/>.</summary>
    public long Settled(Outcome outcome) => _settled[(int)outcome] + _pending.Count(a => a.Settled == outcome && !a.IsLost);
}
