namespace StreamPerceiver.Flow;

/// <summary>The duty to say what became of a record, or of all records of a window. Whoever holds it last, settles it.</summary>
public abstract class Ack
{
    /// <summary>Gives up one hold. What is never released is never committed: the broker delivers it again.</summary>
    public abstract void Release(Outcome outcome);

    /// <summary>Whether its lane has gone to another worker, which makes again what comes of it: it must not be published here.</summary>
    public abstract bool IsVoid { get; }

    /// <summary>The data behind it is out of memory; only the duty is left. The last release says the same.</summary>
    public abstract void LetGo();
}

/// <summary>One record's. Several windows may share it; it settles when the last holder releases it.</summary>
/// <param name="offset">The record's offset in its partition.</param>
/// <param name="lane">Whether its lane is still here; null (default) where lanes do not go.</param>
public sealed class RecordAck(long offset, LaneHold? lane = null) : Ack
{
    private int _holders = 1;
    private int _outcome;
    private int _settled;
    private long _inFlight;
    private long _held;
    private bool _isLateReported;

    /// <summary>The record's offset in its partition.</summary>
    public long Offset { get; } = offset;

    /// <summary>
    /// The record was settled before a restart, and is read again only to know how far its stream had come (default: false): no window takes it in.
    /// </summary>
    public bool IsLookback { get; init; }

    /// <summary>Where it is rejected or late, that was published before a restart (default: false).</summary>
    public bool IsReported { get; init; }

    /// <summary>What became of the record, or null while somebody still holds it.</summary>
    public Outcome? Settled => Volatile.Read(ref _settled) is var s && s != 0 ? (Outcome)s : null;

    /// <inheritdoc/>
    public override bool IsVoid => lane is { IsGone: true };

    internal LaneHold? Lane => lane;

    /// <summary>It keeps so many bytes alive on its way to alignment.</summary>
    public void Weigh(long bytes) => Count(bytes, 0);

    /// <summary>Counts bytes of a sample that alignment holds. What was counted on the way there is counted no more.</summary>
    public void Hold(long bytes) => Count(0, _held + bytes);

    /// <summary>Counts bytes of a sample that alignment holds no more.</summary>
    public void Unhold(long bytes) => Count(_inFlight, _held - bytes);

    /// <summary>Whether the record is still to be reported as late: true the first time, false for its later samples. Called by alignment alone.</summary>
    public bool TryReport() => !_isLateReported && (_isLateReported = true);

    /// <inheritdoc/>
    public override void LetGo() => Count(0, 0);

    /// <summary>One more holder.</summary>
    public RecordAck Share()
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
        if (left < 0) throw new InvalidOperationException($"offset {Offset}: released more often than it was shared");
        if (left > 0) return;
        LetGo();
        Volatile.Write(ref _settled, Volatile.Read(ref _outcome));
    }

    // One thread at a time: a record is handed from stage to stage, and the last holder comes after all others.
    private void Count(long inFlight, long held)
    {
        if (inFlight == _inFlight && held == _held) return;
        lane?.Count(inFlight - _inFlight, held - _held);
        (_inFlight, _held) = (inFlight, held);
    }
}

/// <summary>That of a notice about a lane: nothing hangs on it but whether the lane is still here.</summary>
public sealed class LaneAck(LaneHold lane) : Ack
{
    /// <inheritdoc/>
    public override bool IsVoid => lane.IsGone;

    /// <inheritdoc/>
    public override void LetGo()
    {
    }

    /// <inheritdoc/>
    public override void Release(Outcome outcome)
    {
    }
}

/// <summary>A window's: the holds on all of its records, released together.</summary>
public sealed class WindowAck : Ack
{
    private readonly IReadOnlyList<RecordAck> _records;
    private readonly LaneHold? _lane;
    private long _bytes;

    /// <param name="records">Its records, all of one lane; at least one.</param>
    /// <param name="bytes">Bytes that it keeps alive until the model has seen it (default: 0).</param>
    public WindowAck(IReadOnlyList<RecordAck> records, long bytes = 0)
    {
        (_records, _lane, _bytes) = (records, records[0].Lane, bytes);
        _lane?.Count(bytes, 0);
    }

    /// <inheritdoc/>
    public override bool IsVoid => _records[0].IsVoid;

    /// <inheritdoc/>
    public override void LetGo()
    {
        _lane?.Count(-_bytes, 0);
        _bytes = 0;
    }

    /// <inheritdoc/>
    public override void Release(Outcome outcome)
    {
        LetGo();
        foreach (RecordAck record in _records) record.Release(outcome);
    }
}
