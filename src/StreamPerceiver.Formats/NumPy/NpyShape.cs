namespace StreamPerceiver.Formats;

/// <summary>The type and shape that the header of a NumPy array states.</summary>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Sizes, slowest axis first; empty for a scalar.</param>
public sealed record NpyShape(NpyType Type, IReadOnlyList<long> Shape)
{
    /// <summary>Number of elements; <see cref="long.MaxValue"/> where there are more.</summary>
    public long Count
    {
        get
        {
            if (Shape.Contains(0)) return 0;
            Int128 count = 1;
            foreach (long size in Shape) count = Int128.Min(count * size, long.MaxValue);
            return (long)count;
        }
    }

    /// <summary>Bytes of the data; <see cref="long.MaxValue"/> where there are more.</summary>
    public long Bytes => (long)Int128.Min((Int128)Count * NpyArray.SizeOf(Type), long.MaxValue);
}
