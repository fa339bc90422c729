using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Category;

/// <summary>A word at one instant.</summary>
/// <param name="Stream">Lane, entity and input.</param>
/// <param name="Time">Event time.</param>
/// <param name="Offset">Offset of the record in the partition.</param>
/// <param name="Word">The place of the word in the vocabulary.</param>
public sealed record CategoryReading(StreamKey Stream, EventTime Time, long Offset, int Word) : MediaSample(Stream, Time, 1, Offset)
{
    private protected override long DataBytes => sizeof(int);
}

/// <summary>The latest word in a window.</summary>
/// <param name="Word">The place of the word in the vocabulary; null where the window has none.</param>
public sealed record AlignedCategory(int? Word) : AlignedInput;
