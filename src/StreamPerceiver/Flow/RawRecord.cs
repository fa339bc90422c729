namespace StreamPerceiver.Flow;

/// <summary>A record with its stream and event time. The payload is not decoded yet.</summary>
/// <param name="Stream">Lane, entity and input.</param>
/// <param name="Time">Event time of its first sample.</param>
/// <param name="Record">The record as it came.</param>
public sealed record RawRecord(StreamKey Stream, EventTime Time, SourceRecord Record)
{
    /// <summary>The latest event time that a sample of it may have (default: any).</summary>
    public EventTime Latest { get; set; } = new(long.MaxValue);
}
