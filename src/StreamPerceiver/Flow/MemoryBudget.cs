namespace StreamPerceiver.Flow;

/// <summary>
/// The bytes that a pipeline may hold beyond what it takes when idle, their shares, and what is held now. Records and windows are counted in two
/// kinds: in flight, which leaves as the graph works, and held by alignment, which leaves only as more is read. The first may stop all reading, the
/// second only that of inputs which are ahead of another: so nothing that would free memory ever waits for memory. Thread-safe.
/// </summary>
/// <param name="bytes">All of it.</param>
public sealed class MemoryBudget(long bytes)
{
    /// <summary>The budget where nothing is said, in mebibytes.</summary>
    public const int DefaultMb = 256;

    private readonly object _gate = new();
    private long _inFlight;
    private long _held;
    private long _peak;
    private bool _isScarce;

    /// <summary>All of it, in bytes. What no share takes is for garbage, for pictures while they are decoded, and for the heaps' own losses.</summary>
    public long Bytes { get; } = bytes;

    /// <summary>Share of the answer that the Kafka client is receiving.</summary>
    public long FetchBytes => Bytes / 32;

    /// <summary>Share of the records that the Kafka client has ready.</summary>
    public long PrefetchBytes => Bytes / 16;

    /// <summary>Share of records on their way to alignment, and of windows from there until the model has seen them; beyond it nothing is read.</summary>
    public long InFlightShare => Bytes / 4;

    /// <summary>The part of <see cref="InFlightShare"/> that windows may take in blocks and batches.</summary>
    public long WindowShare => Bytes / 8;

    /// <summary>Share of the samples that alignment holds; beyond it memory is scarce.</summary>
    public long HeldShare => Bytes / 4;

    /// <summary>Bytes that records and windows keep alive now.</summary>
    public long Now
    {
        get { lock (_gate) return _inFlight + _held; }
    }

    /// <summary>The most that <see cref="Now"/> has been.</summary>
    public long Peak
    {
        get { lock (_gate) return _peak; }
    }

    /// <summary>Whether alignment holds so much that inputs must be kept close together; true from the whole of its share down to half of it.</summary>
    public bool IsScarce
    {
        get { lock (_gate) return _isScarce; }
    }

    /// <summary>Waits until there is room in flight; false when there is none after the time.</summary>
    public bool AwaitRoom(TimeSpan longest)
    {
        lock (_gate) return _inFlight < InFlightShare || (Monitor.Wait(_gate, longest) && _inFlight < InFlightShare);
    }

    /// <summary>Adds to what is in flight and to what is held; negative to give back.</summary>
    internal void Count(long inFlight, long held)
    {
        lock (_gate)
        {
            _inFlight += inFlight;
            _held += held;
            _peak = Math.Max(_peak, _inFlight + _held);
            _isScarce = _held >= (_isScarce ? HeldShare / 2 : HeldShare);
            if (inFlight < 0 && _inFlight < InFlightShare) Monitor.PulseAll(_gate);
        }
    }
}
