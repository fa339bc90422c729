using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Set;

/// <summary>The set of entities or points at one instant.</summary>
/// <param name="Stream">Lane, entity and input.</param>
/// <param name="Time">Event time.</param>
/// <param name="Offset">Offset of the record in the partition.</param>
/// <param name="Elements"><c>(N, C)</c>: elements and their numbers; N may be 0.</param>
public sealed record SetReading(StreamKey Stream, EventTime Time, long Offset, float[] Elements) : MediaSample(Stream, Time, 1, Offset)
{
    /// <summary>The ids of the elements, in their order, null where one has none; null (default) where the input has no ids.</summary>
    public IReadOnlyList<string?>? Ids { get; init; }

    private protected override long DataBytes => Elements.Length * sizeof(float) + (Ids?.Sum(id => SetSpec.IdBytes(id?.Length)) ?? 0);
}

/// <summary>The latest set in a window.</summary>
/// <param name="Elements"><c>(N, C)</c>: elements and their numbers; null where the window has no set.</param>
public sealed record AlignedSet(float[]? Elements) : AlignedInput
{
    /// <summary>The number of elements (default: 0).</summary>
    public int Count { get; init; }

    /// <summary>The ids of the elements, in their order; null (default) where the input has none.</summary>
    public IReadOnlyList<string?>? Ids { get; init; }

    internal override InputPresence Describe(InputPresence presence) => presence with { Elements = Count, ElementIds = Ids };
}
