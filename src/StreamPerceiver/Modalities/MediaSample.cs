using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities;

/// <summary>One decoded sample: a frame, a chunk of sound, a reading, a set, or a text. A record may have several.</summary>
/// <param name="Stream">Lane, entity and input.</param>
/// <param name="Time">Event time of the sample's first instant.</param>
/// <param name="DurationNs">Duration in nanoseconds; at least 1.</param>
/// <param name="Offset">Offset of the sample's record in the partition.</param>
public abstract record MediaSample(StreamKey Stream, EventTime Time, long DurationNs, long Offset)
{
    // The approximate bytes of the objects that belong to a record.
    private const int RecordBytes = 320;

    /// <summary>The index of the sample in its record (default: 0).</summary>
    public int Index { get; init; }

    /// <summary>The record, while it may still be sent to the late topic; otherwise null (default).</summary>
    public SourceRecord? Source { get; init; }

    /// <summary>How many points of the record were not valid, and were left out of the sample (default: 0).</summary>
    public int DroppedPoints { get; init; }

    /// <summary>First instant after the sample.</summary>
    public EventTime End => Time + DurationNs;

    /// <summary>The estimated bytes of the sample, with the objects that belong to a record.</summary>
    public long Bytes => RecordBytes + DataBytes;

    private protected abstract long DataBytes { get; }

    /// <summary>The last time that the sample covers: its instant, or the end of its span.</summary>
    public EventTime Latest => DurationNs == 1 ? Time : End;

    /// <summary>Returns whether this sample is after another one by time, then offset, then index: the same order for any interleaving of inputs.</summary>
    public bool IsAfter(MediaSample other)
        => Time != other.Time ? Time > other.Time : Offset != other.Offset ? Offset > other.Offset : Index > other.Index;

    /// <summary>Finds the latest sample that begins inside a window. Returns null where none does.</summary>
    /// <param name="samples">Samples in the order of <see cref="IsAfter"/>.</param>
    /// <param name="start">First instant of the window.</param>
    /// <param name="windowNs">Length of the window, in nanoseconds.</param>
    /// <param name="slots">Receives the window's one slot; null: it is not collected.</param>
    internal static MediaSample? LatestIn(ReadOnlySpan<MediaSample> samples, EventTime start, long windowNs, List<WindowSlot>? slots)
    {
        EventTime end = start + windowNs;
        int latest = samples.Length - 1;
        while (latest >= 0 && (samples[latest].Time < start || samples[latest].Time >= end)) latest--;
        bool isThere = latest >= 0;
        slots?.Add(new WindowSlot(0, 1, start, start, end, isThere ? SlotFill.Latest : SlotFill.Masked, Math.Max(0, latest), isThere ? 1 : 0));
        return isThere ? samples[latest] : null;
    }
}
