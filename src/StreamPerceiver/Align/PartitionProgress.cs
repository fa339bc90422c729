using StreamPerceiver.Flow;

namespace StreamPerceiver.Align;

/// <summary>
/// Tracks the event time that the entities of one partition of a lane agree on. An entity that is more than
/// <see cref="AlignOptions.EntityIdleAfterNs"/> behind it is not waited for. Also finds the record from which a restart must read.
/// </summary>
internal sealed class PartitionProgress
{
    // A restart may begin at a step. Where the agreed time does not move, steps are this many records apart.
    private const long StepRecords = 4096;

    private readonly AlignOptions _options;
    private readonly AgreedTime _agreed;
    private readonly List<(long Offset, ClockState State)> _steps = [];
    private EventTime _stored = EventTime.None;
    private bool _isSettled = true;
    private bool _isQuiet;
    private int _mark; // the lane's last mark before the last sample
    private long _lastOffset = -1;
    private long _committed = -1;

    /// <summary>Makes the progress of a partition.</summary>
    /// <param name="options">Windows and watermarks.</param>
    /// <param name="restored">The state before the first record; null: there is none.</param>
    public PartitionProgress(AlignOptions options, ClockState? restored)
    {
        (_options, _agreed) = (options, new AgreedTime(options.AgreedStepNs, options.LeastSamples));
        if (restored is null) return;
        _agreed.Restore(restored);
        _stored = restored.Agreed;
        PassedByAll = Passed(_agreed.Time);
    }

    /// <summary>The event time that every entity has passed here, whatever its own records are.</summary>
    public EventTime PassedByAll { get; private set; } = EventTime.None;

    /// <summary>The part of <see cref="PassedByAll"/> that a restart knows before it reads.</summary>
    public EventTime PassedByAllAtRestart => Passed(_stored);

    /// <summary>Returns the greatest event time of an entity; null where it is not among the furthest.</summary>
    public EventTime? LatestOf(string entity) => _agreed.LatestOf(entity);

    /// <summary>
    /// Notes the record of a sample, before <see cref="OnSample"/>. Returns where a restart begins, if this is the first record of all.
    /// </summary>
    public RestartPoint? OnRecord(long offset)
    {
        if (offset == _lastOffset) return null; // a restart begins before the first sample of a record
        _lastOffset = offset;
        if (_steps.Count > 0)
        {
            (long before, ClockState state) = _steps[^1];
            if (!Advanced(state.Agreed) && offset - before < StepRecords) return null;
        }

        _steps.Add((offset, _agreed.State()));
        return _steps.Count > 1 ? null : Point();
    }

    /// <summary>
    /// Returns how far an event time is from the agreed time, in nanoseconds, negative where it is behind; null where that is usual or nothing is agreed on.
    /// </summary>
    public long? Ahead(EventTime time)
    {
        if (_agreed.Time == EventTime.None || !_agreed.IsAgreed) return null;
        long ahead = time - _agreed.Time;
        return ahead > _options.UsualAheadNs || ahead < -_options.UsualAheadNs ? ahead : null;
    }

    /// <summary>Notes a sample. Returns whether the agreed time has moved.</summary>
    public bool OnSample(string entity, EventTime time, bool isLookback, int mark)
    {
        (_mark, _isQuiet) = (mark, false);
        if (!isLookback) _isSettled = false;
        bool moved = _agreed.OnSample(entity, time);
        if (moved) PassedByAll = Passed(_agreed.Time);
        return moved;
    }

    /// <summary>
    /// Notes that the partition had no unread record, and the time that the lane had agreed on. Returns where a restart begins, if that moved.
    /// </summary>
    public RestartPoint? OnReadToEnd(EventTime laneTime, SilenceMarks marks)
    {
        _isQuiet = _mark < marks.BeforeTheWait;
        if (_agreed.Raise(laneTime)) PassedByAll = Passed(_agreed.Time);
        return BeginsAfresh() || (_isSettled && Advanced(_stored)) ? Point() : null;
    }

    /// <summary>Notes a commit. Returns where a restart begins now, if this has changed.</summary>
    /// <param name="committed">All records before this offset are settled.</param>
    /// <param name="all">Whether all records that were read are settled.</param>
    public RestartPoint? OnCommitted(long committed, bool all)
    {
        (_isSettled, _committed) = (all, committed);
        if (BeginsAfresh()) return Point();
        int known = _steps.FindLastIndex(s => s.Offset <= committed);
        if (known < 0) return null;
        EventTime agreed = _steps[known].State.Agreed;
        int first = _steps.FindLastIndex(known, s => s.State.Unlisted <= Before(agreed, _options.LookbackNs));
        if (first > 0) _steps.RemoveRange(0, first);
        return first > 0 || (all && Advanced(_stored)) ? Point() : null;
    }

    // A partition that is quiet, with all records settled, needs none of them again. Retention may then delete them. Other inputs' records may follow in it: a
    // restart begins behind them, too. Returns whether this is new.
    private bool BeginsAfresh()
    {
        long begin = Math.Max(_lastOffset + 1, _committed);
        bool isThere = _steps is [var only] && only.Offset > _lastOffset && begin - only.Offset < StepRecords;
        if (!_isQuiet || !_isSettled || _lastOffset < 0 || isThere) return false;
        ClockState state = _agreed.State();
        if (state.Unlisted > Before(state.Agreed, _options.LookbackNs)) return false;
        _steps.Clear();
        _steps.Add((begin, state));
        return true;
    }

    // Once all records are settled, those that a restart judges come after the time that was agreed on.
    private RestartPoint Point()
    {
        ClockState state = _steps.Count > 0 ? _steps[0].State : ClockState.Empty;
        if (_isSettled) state = state with { Agreed = _agreed.Time };
        _stored = state.Agreed;
        return new RestartPoint(_steps.Count > 0 ? _steps[0].Offset : null, state);
    }

    private bool Advanced(EventTime since)
        => _agreed.Time != EventTime.None && (since == EventTime.None || _agreed.Time - since >= _options.LookbackNs / 8);

    private EventTime Passed(EventTime agreed) => _options.EntityIdleAfterNs > 0 ? Before(agreed, _options.EntityIdleAfterNs) : EventTime.None;

    private static EventTime Before(EventTime time, long ns) => time == EventTime.None ? time : time - ns;
}
