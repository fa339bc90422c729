using StreamPerceiver.Flow;

namespace StreamPerceiver.Align;

/// <summary>How far the partition of one input of a lane is known to have spoken, in event time.</summary>
internal sealed class PartitionProgress
{
    /// <summary>The greatest time: of its records, or at which its broker confirmed that there was nothing more.</summary>
    public EventTime Time { get; private set; } = new(long.MinValue);

    /// <summary>Since when it has been listened to; null until something is known.</summary>
    public EventTime? Since { get; private set; }

    /// <summary>A record of the partition, of any entity.</summary>
    public void OnRecord(EventTime time)
    {
        Since ??= time;
        if (time > Time) Time = time;
    }

    /// <summary>Nothing was unread when the lane had come so far; a partition that never spoke has been silent since the lane began.</summary>
    public void OnCaughtUp(InputCaughtUp notice)
    {
        if (Since is not { } since || notice.Since < since) Since = notice.Since;
        if (notice.AsOf > Time) Time = notice.AsOf;
    }
}
