namespace StreamPerceiver.Flow;

/// <summary>
/// The bytes that a pipeline may hold beyond its idle size: their shares, and how many are in use. Bytes in flight are freed as the graph works, so too
/// many of them stop all reading. Bytes held by alignment are freed only as more is read. Too many of them stop only the inputs that are ahead of another
/// input. So nothing that would free memory ever waits for memory. Thread-safe.
/// </summary>
/// <param name="bytes">The size of the whole budget.</param>
public sealed class MemoryBudget(long bytes)
{
    /// <summary>The default size, in mebibytes.</summary>
    public const int DefaultMb = 256;

    private readonly object _gate = new();
    private long _inFlight;
    private long _held;
    private long _aside;
    private long _peak;
    private bool _isScarce;

    /// <summary>The size of the whole budget. What no share takes is for garbage, pictures that are being decoded, and fragmentation of the heaps.</summary>
    public long Bytes { get; } = bytes;

    /// <summary>The share of the response that the Kafka client is receiving.</summary>
    public long FetchBytes => Bytes / 32;

    /// <summary>The share of the records that the Kafka client has prefetched.</summary>
    public long PrefetchBytes => Bytes / 16;

    /// <summary>The share of records before alignment, and of windows until the model has run them. Beyond it nothing is read.</summary>
    public long InFlightShare => Bytes / 4;

    /// <summary>The part of <see cref="InFlightShare"/> that windows may take in blocks and batches.</summary>
    public long WindowShare => Bytes / 8;

    /// <summary>The share of the samples that alignment holds. Beyond it memory is scarce.</summary>
    public long HeldShare => Bytes / 4;

    /// <summary>The most that decoding one record may take. A record that would take more is rejected before it is decoded.</summary>
    public long MostDecodingBytes => 3 * Bytes / 8;

    /// <summary>Bytes that records and windows keep alive now.</summary>
    public long BytesInUse
    {
        get { lock (_gate) return _inFlight + _held; }
    }

    /// <summary>The greatest value that <see cref="BytesInUse"/> has had.</summary>
    public long PeakBytesInUse
    {
        get { lock (_gate) return _peak; }
    }

    /// <summary>
    /// Whether alignment holds so much that inputs must be kept close together. Memory is scarce from <see cref="HeldShare"/> on, until alignment holds less
    /// than half of it.
    /// </summary>
    public bool IsScarce
    {
        get { lock (_gate) return _isScarce; }
    }

    /// <summary>Waits until there is room for bytes in flight. Returns false when there is none after the longest wait.</summary>
    public bool AwaitRoom(TimeSpan longest)
    {
        lock (_gate) return HasRoom || (Monitor.Wait(_gate, longest) && HasRoom);
    }

    // Lanes that wait for a slow record may have as much again, so that the others go on. Under the lock.
    private bool HasRoom => _inFlight - Math.Min(_aside, InFlightShare) < InFlightShare;

    /// <summary>Adds to the bytes in flight and to the bytes held; negative numbers return bytes.</summary>
    /// <param name="inFlight">Bytes in flight.</param>
    /// <param name="held">Bytes that alignment holds.</param>
    /// <param name="aside">Bytes in flight of lanes that wait for a slow record (default: 0).</param>
    internal void AddBytes(long inFlight, long held, long aside = 0)
    {
        lock (_gate)
        {
            _inFlight += inFlight;
            _held += held;
            _aside += aside;
            _peak = Math.Max(_peak, _inFlight + _held);
            _isScarce = _held >= (_isScarce ? HeldShare / 2 : HeldShare);
            if ((inFlight < 0 || aside > 0) && HasRoom) Monitor.PulseAll(_gate);
        }
    }
}
