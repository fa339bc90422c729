using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities;

/// <summary>The deletion of an entity's value in a table: a record without a value.</summary>
/// <param name="Stream">Lane, entity and input.</param>
/// <param name="Time">Event time from which on the entity has no value.</param>
/// <param name="Offset">Offset of the record in the partition.</param>
public sealed record Tombstone(StreamKey Stream, EventTime Time, long Offset) : MediaSample(Stream, Time, 1, Offset)
{
    private protected override long DataBytes => 0;
}
