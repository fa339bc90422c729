using StreamPerceiver.Flow;

namespace StreamPerceiver.Decode;

/// <summary>A decoded record: one frame, one chunk of sound, one reading, one set, one text.</summary>
/// <param name="Stream">Lane, entity and input.</param>
/// <param name="Time">Event time of its first sample.</param>
/// <param name="DurationNs">How long it lasts, in nanoseconds; at least 1.</param>
/// <param name="Offset">Offset in its partition: breaks ties of event time the same way whatever the interleaving.</param>
public abstract record MediaSample(StreamKey Stream, EventTime Time, long DurationNs, long Offset)
{
    /// <summary>The record, while it may still have to go to the late topic; else null (default).</summary>
    public SourceRecord? Source { get; init; }

    /// <summary>First instant past the end.</summary>
    public EventTime End => Time + DurationNs;

    /// <summary>Bytes that it takes, about, with all that goes with a record.</summary>
    public long Bytes => 320 + DataBytes;

    private protected abstract long DataBytes { get; }

    /// <summary>The last time that it speaks of: the instant itself, or a span's end.</summary>
    public EventTime Latest => DurationNs == 1 ? Time : End;
}

/// <summary>A picture, at the size that the pipeline declares.</summary>
/// <param name="Stream">Lane, entity and input.</param>
/// <param name="Time">Event time.</param>
/// <param name="Offset">Offset in its partition.</param>
/// <param name="Rgb"><c>(H, W, 3)</c>: height, width, and red, green, blue, 0 to 255.</param>
public sealed record VideoFrame(StreamKey Stream, EventTime Time, long Offset, byte[] Rgb) : MediaSample(Stream, Time, 1, Offset)
{
    private protected override long DataBytes => Rgb.Length;
}

/// <summary>Sound at the rate that the pipeline declares, mono.</summary>
/// <param name="Stream">Lane, entity and input.</param>
/// <param name="Time">Event time of the first sample.</param>
/// <param name="DurationNs">Length in nanoseconds.</param>
/// <param name="Offset">Offset in its partition.</param>
/// <param name="Samples"><c>(S)</c>: samples, -1 to 1.</param>
public sealed record AudioChunk(StreamKey Stream, EventTime Time, long DurationNs, long Offset, float[] Samples)
    : MediaSample(Stream, Time, DurationNs, Offset)
{
    private protected override long DataBytes => Samples.Length * sizeof(float);
}

/// <summary>The values of a sensor at one instant.</summary>
/// <param name="Stream">Lane, entity and input.</param>
/// <param name="Time">Event time.</param>
/// <param name="Offset">Offset in its partition.</param>
/// <param name="Values"><c>(C)</c>: one value a channel, in the order of the pipeline's channels.</param>
public sealed record SensorReading(StreamKey Stream, EventTime Time, long Offset, float[] Values) : MediaSample(Stream, Time, 1, Offset)
{
    private protected override long DataBytes => Values.Length * sizeof(float);
}

/// <summary>What was there at one instant.</summary>
/// <param name="Stream">Lane, entity and input.</param>
/// <param name="Time">Event time.</param>
/// <param name="Offset">Offset in its partition.</param>
/// <param name="Elements"><c>(N, C)</c>: elements and their numbers; N may be 0.</param>
public sealed record SetReading(StreamKey Stream, EventTime Time, long Offset, float[] Elements) : MediaSample(Stream, Time, 1, Offset)
{
    private protected override long DataBytes => Elements.Length * sizeof(float);
}

/// <summary>What was said at one instant.</summary>
/// <param name="Stream">Lane, entity and input.</param>
/// <param name="Time">Event time.</param>
/// <param name="Offset">Offset in its partition.</param>
/// <param name="Utf8">The text, at least a byte.</param>
public sealed record TextReading(StreamKey Stream, EventTime Time, long Offset, byte[] Utf8) : MediaSample(Stream, Time, 1, Offset)
{
    private protected override long DataBytes => Utf8.Length;
}
