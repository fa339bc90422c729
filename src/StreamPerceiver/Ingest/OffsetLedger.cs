using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>
/// Tracks the unsettled records of one partition, in their order. The offset to commit is that of the oldest unsettled record: a restart rebuilds the
/// state of alignment from there. Acks settle on any thread; the ledger itself is not thread-safe.
/// </summary>
/// <param name="lane">The lease on the partition's lane; null (default): it is never revoked.</param>
/// <param name="inputs">How many inputs read the partition (default: 1). Each record belongs to one of them, or to none.</param>
public sealed class OffsetLedger(LaneLease? lane = null, int inputs = 1)
{
    private readonly Queue<(RecordAck Ack, int Input)> _pending = new();
    private readonly long[,] _settled = new long[inputs, (int)Enum.GetValues<Outcome>().Max() + 1];
    private readonly long[] _read = new long[inputs];
    private long _next = -1;
    private long _settledBefore = -1;
    private long _reportedThrough = -1;

    /// <summary>Records of no input, read since the partition was assigned.</summary>
    public long PassedOver { get; private set; }

    /// <summary>Offsets that were deleted before they were settled.</summary>
    public long Lost { get; private set; }

    /// <summary>Returns the records of an input that were read since the partition was assigned.</summary>
    public long Read(int input = 0) => _read[input];

    /// <summary>Returns the records of an input that are not settled.</summary>
    public long Held(int input = 0) => _pending.Count(p => p.Input == input && p.Ack.Settled is null && !p.Ack.IsLost);

    /// <summary>Returns whether all records of an input are settled.</summary>
    public bool IsSettled(int input = 0) => !_pending.Any(p => p.Input == input && p.Ack.Settled is null);

    /// <summary>Restores the progress of an earlier run in the partition.</summary>
    /// <param name="settledBefore">Records before this offset are settled.</param>
    /// <param name="reportedThrough">Dead letters and late records up to this offset are published.</param>
    public void Restore(long settledBefore, long reportedThrough) => (_settledBefore, _reportedThrough) = (settledBefore, reportedThrough);

    /// <summary>Sets the offset of the first record to read. It may be committed at once.</summary>
    public void BeginAt(long offset) => _next = offset;

    /// <summary>Adds a record and returns its ack. Offsets must ascend.</summary>
    /// <param name="offset">The record's offset.</param>
    /// <param name="input">The place of its input among those of the partition (default: the first).</param>
    public RecordAck Track(long offset, int input = 0)
    {
        Advance(offset);
        var ack = new RecordAck(offset, lane) { IsLookback = offset < _settledBefore, IsReported = offset <= _reportedThrough || offset < _settledBefore };
        _pending.Enqueue((ack, input));
        _read[input]++;
        return ack;
    }

    /// <summary>Notes a record that belongs to no input. It is settled at once.</summary>
    public void PassOver(long offset)
    {
        Advance(offset);
        PassedOver++;
    }

    private void Advance(long offset)
    {
        if (offset < _next) throw new ArgumentOutOfRangeException(nameof(offset), offset, $"expected {_next} or more");
        _next = offset + 1;
    }

    /// <summary>
    /// Notes that the offsets of a span are lost. Returns an ack whose release settles them: until then the offset to commit stays before the span.
    /// </summary>
    /// <param name="from">The first lost offset.</param>
    /// <param name="next">The offset behind the last lost one.</param>
    public RecordAck TrackLoss(long from, long next)
    {
        var ack = new RecordAck(from, lane) { IsLost = true };
        _pending.Enqueue((ack, 0));
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
        while (_pending.TryPeek(out var oldest) && oldest.Ack.Settled is { } outcome)
        {
            if (!oldest.Ack.IsLost) _settled[oldest.Input, (int)outcome]++;
            _pending.Dequeue();
        }

        if (_pending.TryPeek(out var held)) return held.Ack.Offset;
        return _next >= 0 ? _next : null;
    }

    /// <summary>Counts the records of an input with an outcome. The counts of all outcomes and <see cref="Held"/> add up to <see cref="Read"/>.</summary>
    public long Settled(Outcome outcome, int input = 0)
        => _settled[input, (int)outcome] + _pending.Count(p => p.Input == input && p.Ack.Settled == outcome && !p.Ack.IsLost);
}
