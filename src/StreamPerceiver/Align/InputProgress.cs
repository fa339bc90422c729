using StreamPerceiver.Flow;

namespace StreamPerceiver.Align;

/// <summary>
/// Tracks how far one input of one entity has come in event time. The input passes a window when its watermark does. It also passes one that the entities of
/// its partition agree to have long passed. These two depend only on the order of the input's own partition. Last, it passes a window in silence, while the
/// entity's other inputs go on.
/// </summary>
/// <param name="partition">The partition that the input's records come from.</param>
/// <param name="latest">The greatest event time before this run; null where it is not known.</param>
/// <param name="options">Windows and watermarks.</param>
internal sealed class InputProgress(PartitionProgress partition, EventTime? latest, AlignOptions options)
{
    private readonly List<(EventTime After, EventTime Through)> _silences = [];
    private EventTime _passed = latest is { } time ? time - options.OutOfOrdernessNs : EventTime.None;
    private bool _isSilent;

    /// <summary>The greatest event time of the input's samples of this entity, or null.</summary>
    public EventTime? Latest { get; private set; } = latest;

    /// <summary>The event time that the input has passed: a sample that arrives now is in no window that ends at or before this time.</summary>
    public EventTime Passed => partition.PassedByAll > _passed ? partition.PassedByAll : _passed;

    /// <summary>Notes a sample of the entity. The time that was passed before it stays passed. Call this before the partition's own note.</summary>
    public void OnSample(EventTime time)
    {
        PassInSilence(Passed);
        _isSilent = false;
        if (Latest is { } latest && time <= latest) return;
        Latest = time;
        EventTime watermark = time - options.OutOfOrdernessNs;
        if (watermark > _passed) _passed = watermark;
    }

    /// <summary>
    /// Notes that the partition had no unread record. The times are those that the entity had reached, in any of its inputs, at some earlier marks.
    /// </summary>
    /// <param name="beforeTheWait">The time at a mark that was the idle time ago on the clock; null: there was none.</param>
    /// <param name="now">The time at the latest mark. It counts for an input that is already silent.</param>
    /// <param name="open">The start of the entity's first open window that has data. The input is waited for from there on at least.</param>
    public void OnReadToEnd(EventTime? beforeTheWait, EventTime? now, EventTime open)
    {
        EventTime since = Latest is { } latestHere && latestHere > open ? latestHere : open;
        if (beforeTheWait is { } reached && reached - since >= options.IdleAfterNs)
        {
            _isSilent = true;
            PassInSilence(reached - options.OutOfOrdernessNs);
        }

        if (_isSilent && now is { } latest) PassInSilence(latest - options.OutOfOrdernessNs);
    }

    /// <summary>
    /// Passes all windows up to an end: the entity was quiet for long enough on the clock; or this is a table, which was read to an end that the broker gave
    /// once the entity had reached that time.
    /// </summary>
    public void PassThrough(EventTime end)
    {
        if (end > _passed) _passed = end;
    }

    /// <summary>Returns whether the input passed a window's end by silence, and not by its watermark.</summary>
    public bool PassedInSilence(EventTime end)
        => end > _passed || _silences.Exists(s => end > s.After && end <= s.Through);

    /// <summary>Returns how the input passed a window's end, which it has passed.</summary>
    public PassReason ReasonToPass(EventTime end)
        => _silences.Exists(s => end > s.After && end <= s.Through) ? PassReason.Silence
            : end > _passed ? PassReason.OtherEntities
            : Latest is { } latest && latest - options.OutOfOrdernessNs >= end ? PassReason.Watermark
            : PassReason.Flush;

    /// <summary>Forgets silences before a time that no open window reaches.</summary>
    public void ForgetBefore(EventTime time) => _silences.RemoveAll(s => s.Through < time);

    private void PassInSilence(EventTime through)
    {
        if (through <= _passed) return;
        _silences.Add((_passed, through));
        _passed = through;
    }
}
