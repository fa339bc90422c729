using StreamPerceiver.Flow;

namespace StreamPerceiver.Recordings;

/// <summary>A Kafka record as a recording keeps it.</summary>
/// <param name="Record">The whole record: place, timestamp, key, headers in their order, value.</param>
/// <param name="ReceivedNs">When the recorder received it, in nanoseconds since 1970. A recording is read in this order.</param>
public sealed record RecordedRecord(SourceRecord Record, long ReceivedNs);
