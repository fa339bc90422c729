using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;

namespace StreamPerceiver.Align;

/// <summary>Finds the trace of a window: that of its newest record that has one. Of equal times the last input counts, and its last record.</summary>
internal struct NewestTrace
{
    private EventTime _time;

    /// <summary>The trace; null where no record has one.</summary>
    public TraceContext? Trace { get; private set; }

    /// <summary>Looks at the records of one input. The inputs come in their order.</summary>
    /// <param name="samples">The samples, in the order of <see cref="MediaSample.IsAfter"/>.</param>
    /// <param name="acks">The acks of their records.</param>
    public void Look(List<MediaSample> samples, ReadOnlySpan<RecordAck> acks)
    {
        for (int i = 0; i < acks.Length; i++)
            if (acks[i].Trace is { } found && (Trace is null || samples[i].Time >= _time))
                (Trace, _time) = (found, samples[i].Time);
    }
}
