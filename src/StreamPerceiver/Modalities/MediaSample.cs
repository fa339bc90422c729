using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities;

/// <summary>One decoded sample: a frame, a chunk of sound, a reading, a set, a text. A record may hold several.</summary>
/// <param name="Stream">Lane, entity and input.</param>
/// <param name="Time">Event time of its first instant.</param>
/// <param name="DurationNs">How long it lasts, in nanoseconds; at least 1.</param>
/// <param name="Offset">Offset of its record in the partition.</param>
public abstract record MediaSample(StreamKey Stream, EventTime Time, long DurationNs, long Offset)
{
    // The objects that go with a record, about.
    private const int RecordBytes = 320;

    /// <summary>Its place among the samples of its record (default: 0).</summary>
    public int Index { get; init; }

    /// <summary>The record, while it may still have to go to the late topic; else null (default).</summary>
    public SourceRecord? Source { get; init; }

    /// <summary>First instant past the end.</summary>
    public EventTime End => Time + DurationNs;

    /// <summary>Estimates the bytes that it takes, with all that goes with a record.</summary>
    public long Bytes => RecordBytes + DataBytes;

    private protected abstract long DataBytes { get; }

    /// <summary>The last time that it covers: the instant itself, or a span's end.</summary>
    public EventTime Latest => DurationNs == 1 ? Time : End;

    /// <summary>Orders samples by time, then offset, then index, so that the order is the same whatever the interleaving of the inputs.</summary>
    public bool IsAfter(MediaSample other) => Time != other.Time ? Time > other.Time : Offset != other.Offset ? Offset > other.Offset : Index > other.Index;

    /// <summary>Finds the latest of some samples that begins inside a window; null where none does.</summary>
    internal static MediaSample? LatestIn(ReadOnlySpan<MediaSample> samples, EventTime start, long windowNs)
    {
        for (int i = samples.Length - 1; i >= 0; i--)
            if (samples[i].Time >= start && samples[i].Time < start + windowNs)
                return samples[i];
        return null;
    }
}
