namespace StreamPerceiver.Flow;

/// <summary>A reference count on a record, or on all records of a window. A record settles when its last holder releases it.</summary>
public abstract class Ack
{
    /// <summary>Releases one hold with an outcome. A record with a hold left is never committed, so the broker delivers it again.</summary>
    public abstract void Release(Outcome outcome);

    /// <summary>
    /// Whether the record's lane was revoked. The lane's next owner computes the same result, so this worker must not publish it.
    /// </summary>
    public abstract bool IsRevoked { get; }

    /// <summary>
    /// Returns the data's bytes to the memory budget. Call this when the data has left memory: the ack stays open. <see cref="Release"/> does this too.
    /// </summary>
    /// <param name="kept">The bytes of what was made of the data, which are counted until the release (default: 0).</param>
    public abstract void ReturnBytes(long kept = 0);
}

/// <summary>The ack of one record. Several windows may share it; the record settles when the last holder releases it.</summary>
/// <param name="offset">The record's offset in its partition.</param>
/// <param name="lane">The lease on the record's lane; null (default) where lanes are not revoked.</param>
public sealed class RecordAck(long offset, LaneLease? lane = null) : Ack
{
    private int _holders = 1;
    private int _outcome;
    private int _settled;
    private long _inFlight;
    private long _held;
    private bool _isReported;

    /// <summary>The record's offset in its partition.</summary>
    public long Offset { get; } = offset;

    /// <summary>
    /// Whether the record was settled before a restart (default: false). Such a record only tells how far its entity had come, and is in no window.
    /// </summary>
    public bool IsLookback { get; init; }

    /// <summary>Whether a dead letter or late record for it was published before a restart (default: false).</summary>
    public bool IsReported { get; init; }

    /// <summary>The outcome of the record; null while it has a holder.</summary>
    public Outcome? Settled => Volatile.Read(ref _settled) is var s && s != 0 ? (Outcome)s : null;

    /// <summary>The trace of the record; null (default) where its headers have none.</summary>
    public TraceContext? Trace { get; set; }

    /// <summary>Whether it stands for records that were lost before they were read (default: false). It counts as no record.</summary>
    public bool IsLost { get; init; }

    /// <inheritdoc/>
    public override bool IsRevoked => lane is { IsRevoked: true };

    internal LaneLease? Lane => lane;

    /// <summary>The bytes that the record keeps alive on its way to alignment.</summary>
    internal long InFlightBytes => _inFlight;

    /// <summary>Sets the bytes that the record keeps alive on its way to alignment.</summary>
    public void SetInFlightBytes(long bytes) => SetBytes(bytes, 0);

    /// <summary>Adds the bytes of a sample that alignment holds. The record's bytes in flight are set to zero.</summary>
    public void AddHeldBytes(long bytes) => SetBytes(0, _held + bytes);

    /// <summary>Subtracts the bytes of a sample that alignment no longer holds.</summary>
    public void RemoveHeldBytes(long bytes) => SetBytes(_inFlight, _held - bytes);

    /// <summary>Marks the record as reported late. Returns true the first time, false for its later samples. Only alignment calls this.</summary>
    public bool TryMarkReported() => !_isReported && (_isReported = true);

    /// <inheritdoc/>
    public override void ReturnBytes(long kept = 0) => SetBytes(kept, 0);

    /// <summary>Adds a holder, who must release the ack once more.</summary>
    public RecordAck Retain()
    {
        Interlocked.Increment(ref _holders);
        return this;
    }

    /// <inheritdoc/>
    public override void Release(Outcome outcome)
    {
        int seen = Volatile.Read(ref _outcome);
        while (seen < (int)outcome)
        {
            int before = Interlocked.CompareExchange(ref _outcome, (int)outcome, seen);
            if (before == seen) break;
            seen = before;
        }

        int left = Interlocked.Decrement(ref _holders);
        if (left < 0) throw new InvalidOperationException($"offset {Offset}: released more often than it was retained");
        if (left > 0) return;
        ReturnBytes();
        Volatile.Write(ref _settled, Volatile.Read(ref _outcome));
    }

    // One thread at a time calls this: stages hand a record on, and the last release comes after all other calls.
    private void SetBytes(long inFlight, long held)
    {
        if (inFlight == _inFlight && held == _held) return;
        lane?.AddBytes(inFlight - _inFlight, held - _held);
        (_inFlight, _held) = (inFlight, held);
    }
}

/// <summary>The ack of a notice about a lane. The notice has no record and no bytes, so only the revocation of the lane counts.</summary>
public sealed class LaneAck(LaneLease lane) : Ack
{
    /// <inheritdoc/>
    public override bool IsRevoked => lane.IsRevoked;

    /// <inheritdoc/>
    public override void ReturnBytes(long kept = 0)
    {
    }

    /// <inheritdoc/>
    public override void Release(Outcome outcome)
    {
    }
}

/// <summary>The ack of a window: holds on all of its records, released together.</summary>
public sealed class WindowAck : Ack
{
    private readonly IReadOnlyList<RecordAck> _records;
    private readonly LaneLease? _lane;
    private long _bytes;

    /// <param name="records">The window's records, all of one lane; at least one.</param>
    /// <param name="bytes">Bytes that the window keeps alive until the model has run it (default: 0).</param>
    public WindowAck(IReadOnlyList<RecordAck> records, long bytes = 0)
    {
        (_records, _lane, _bytes) = (records, records[0].Lane, bytes);
        _lane?.AddBytes(bytes, 0);
    }

    /// <inheritdoc/>
    public override bool IsRevoked => _records[0].IsRevoked;

    /// <inheritdoc/>
    public override void ReturnBytes(long kept = 0)
    {
        _lane?.AddBytes(kept - _bytes, 0);
        _bytes = kept;
    }

    /// <inheritdoc/>
    public override void Release(Outcome outcome)
    {
        ReturnBytes();
        foreach (RecordAck record in _records) record.Release(outcome);
    }
}
