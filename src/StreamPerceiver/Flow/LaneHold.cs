namespace StreamPerceiver.Flow;

/// <summary>
/// Whether a lane is still this worker's, and what it takes of the memory. Every ack of its records can tell; what is in flight of a lane that has
/// gone must not be published.
/// </summary>
/// <param name="budget">What the lane's bytes are counted against; null (default) where nobody counts.</param>
public sealed class LaneHold(MemoryBudget? budget = null)
{
    private readonly Lock _gate = new();
    private volatile bool _isGone;
    private long _inFlight;
    private long _held;

    /// <summary>The lane has gone to another worker, which reads its records again.</summary>
    public bool IsGone => _isGone;

    /// <summary>Gives the lane up, and with it its memory: what is left of it in the graph is dropped there, not settled.</summary>
    public void GiveUp()
    {
        lock (_gate)
        {
            if (_isGone) return;
            Count(-_inFlight, -_held);
            _isGone = true;
        }
    }

    /// <summary>Adds to the lane's bytes in flight and held; negative to give back.</summary>
    internal void Count(long inFlight, long held)
    {
        lock (_gate)
        {
            if (_isGone) return;
            _inFlight += inFlight;
            _held += held;
            budget?.Count(inFlight, held);
        }
    }
}
