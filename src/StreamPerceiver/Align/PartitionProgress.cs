using StreamPerceiver.Flow;

namespace StreamPerceiver.Align;

/// <summary>Tracks the event time that the partition of one input of a lane has reached.</summary>
internal sealed class PartitionProgress
{
    /// <summary>The greatest event time of the partition's records, or of the lane when its broker confirmed that no record was unread.</summary>
    public EventTime Time { get; private set; } = new(long.MinValue);

    /// <summary>The event time from which on the partition's records and silences are known; null until one is.</summary>
    public EventTime? Since { get; private set; }

    /// <summary>Notes the event time of a record of the partition, whatever its entity.</summary>
    public void OnRecord(EventTime time)
    {
        Since ??= time;
        if (time > Time) Time = time;
    }

    /// <summary>Notes that the partition had no unread record at a time. A partition without any record is silent since the lane's first event time.</summary>
    public void OnSilenceConfirmed(SilenceConfirmed notice)
    {
        if (Since is not { } since || notice.Since < since) Since = notice.Since;
        if (notice.AsOf > Time) Time = notice.AsOf;
    }
}
