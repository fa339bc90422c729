using StreamPerceiver.Flow;

namespace StreamPerceiver.Align;

/// <summary>
/// Tracks how far one input of one entity has come in event time. The input passes a window when its watermark does, or when the input is silent while its
/// partition passes the window. Watermark and silence depend only on the order of the input's own partition, and not on other inputs or on the time of
/// the call.
/// </summary>
internal sealed class InputProgress(PartitionProgress partition, AlignOptions options)
{
    private readonly List<(EventTime After, EventTime Through)> _silences = [];
    private EventTime _passed = new(long.MinValue);

    /// <summary>The greatest event time of the input's records of this entity, or null.</summary>
    public EventTime? Latest { get; private set; }

    /// <summary>The event time that the input has passed: a record that arrives now is in no window that ends at or before this time.</summary>
    public EventTime Passed => IsSilent && partition.Time - options.OutOfOrdernessNs is var through && through > _passed ? through : _passed;

    private bool IsSilent => partition.Since is { } since && partition.Time - (Latest ?? since) >= options.IdleAfterNs;

    /// <summary>Notes a record of the entity. The time that was passed before it stays passed. Call this before the partition's own note.</summary>
    public void OnRecord(EventTime time)
    {
        if (Passed > _passed)
        {
            _silences.Add((_passed, Passed));
            _passed = Passed;
        }

        if (Latest is { } latest && time <= latest) return;
        Latest = time;
        EventTime watermark = time - options.OutOfOrdernessNs;
        if (watermark > _passed) _passed = watermark;
    }

    /// <summary>Returns whether the input passed a window's end by silence, and not by its watermark.</summary>
    public bool PassedInSilence(EventTime end)
        => end > _passed || _silences.Exists(s => end > s.After && end <= s.Through);

    /// <summary>Forgets silences before a time that no open window reaches.</summary>
    public void ForgetBefore(EventTime time) => _silences.RemoveAll(s => s.Through < time);
}
