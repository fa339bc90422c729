using StreamPerceiver.Flow;

namespace StreamPerceiver.Align;

/// <summary>
/// How far one input of one entity has come. It has passed a window when its watermark has, or when it was silent while its partition went past.
/// Both follow from the order of its own partition alone; what the other inputs do, or when somebody looks, has no say.
/// </summary>
internal sealed class InputProgress(PartitionProgress partition, AlignOptions options)
{
    private readonly List<(EventTime After, EventTime Through)> _silences = [];
    private EventTime _passed = new(long.MinValue);

    /// <summary>The greatest event time of its records, or null.</summary>
    public EventTime? Latest { get; private set; }

    /// <summary>Windows that end by this have been passed: a record that comes now is no part of them.</summary>
    public EventTime Passed => IsSilent && partition.Time - options.OutOfOrdernessNs is var through && through > _passed ? through : _passed;

    private bool IsSilent => partition.Since is { } listened && partition.Time - (Latest ?? listened) >= options.IdleAfterNs;

    /// <summary>Takes note of the entity's next record; what was passed before it stays passed. Call before the partition is told of it.</summary>
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

    /// <summary>Whether it was silence that let the window's end be passed.</summary>
    public bool PassedInSilence(EventTime end)
        => end > _passed || _silences.Exists(s => end > s.After && end <= s.Through);

    /// <summary>Forgets silences before a time that no open window reaches.</summary>
    public void ForgetBefore(EventTime time) => _silences.RemoveAll(s => s.Through < time);
}
