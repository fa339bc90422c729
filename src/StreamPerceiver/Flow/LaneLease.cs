namespace StreamPerceiver.Flow;

/// <summary>
/// This worker's lease on a lane, and the lane's bytes in the memory budget. Every ack of the lane's records refers to it. A result of a revoked lane
/// must not be published.
/// </summary>
/// <param name="budget">The budget that the lane's bytes are counted against; null (default): they are not counted.</param>
public sealed class LaneLease(MemoryBudget? budget = null)
{
    private readonly Lock _gate = new();
    private volatile bool _isRevoked;
    private long _inFlight;
    private long _held;
    private bool _isAside;

    /// <summary>Whether the lane was revoked: another worker reads its records again.</summary>
    public bool IsRevoked => _isRevoked;

    /// <summary>Ends the lease and returns the lane's bytes to the budget. The graph drops what it still has of the lane, and settles none of it.</summary>
    public void Revoke()
    {
        lock (_gate)
        {
            if (_isRevoked) return;
            AddBytes(-_inFlight, -_held);
            _isAside = false;
            _isRevoked = true;
        }
    }

    /// <summary>Sets whether the lane waits for a slow record, so that its bytes in flight do not stop the reading of other lanes.</summary>
    internal void SetAside(bool isAside)
    {
        lock (_gate)
        {
            if (_isRevoked || isAside == _isAside) return;
            _isAside = isAside;
            budget?.AddBytes(0, 0, isAside ? _inFlight : -_inFlight);
        }
    }

    /// <summary>Adds to the lane's bytes in flight and held; negative numbers return bytes.</summary>
    internal void AddBytes(long inFlight, long held)
    {
        lock (_gate)
        {
            if (_isRevoked) return;
            _inFlight += inFlight;
            _held += held;
            budget?.AddBytes(inFlight, held, _isAside ? inFlight : 0);
        }
    }
}
