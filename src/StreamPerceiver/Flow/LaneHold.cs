namespace StreamPerceiver.Flow;

/// <summary>Whether a lane is still this worker's. Every ack of its records can tell; what is in flight of a lane that has gone must not be published.</summary>
public sealed class LaneHold
{
    private volatile bool _isGone;

    /// <summary>The lane has gone to another worker, which reads its records again.</summary>
    public bool IsGone => _isGone;

    /// <summary>Gives the lane up.</summary>
    public void GiveUp() => _isGone = true;
}
