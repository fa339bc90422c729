namespace StreamPerceiver.Model;

/// <summary>The rows that queries attend to: addresses and layout of their keys and values.</summary>
/// <param name="Count">Rows M.</param>
/// <param name="Keys">Address of the keys. The key of row j has <paramref name="KeyChannels"/> numbers from j * <paramref name="KeyStep"/>.</param>
/// <param name="KeyStep">Distance from a key to the next, in numbers.</param>
/// <param name="KeyChannels">Channels of a key.</param>
/// <param name="Values">Address of the values. The value of row j has <paramref name="ValueChannels"/> numbers from j * <paramref name="ValueStep"/>.</param>
/// <param name="ValueStep">Distance from a value to the next, in numbers.</param>
/// <param name="ValueChannels">Channels of a value.</param>
internal readonly unsafe record struct AttentionRows(int Count, nint Keys, nint KeyStep, int KeyChannels, nint Values, nint ValueStep, int ValueChannels)
{
    /// <summary>Address of (M) factors, by which scores and softmax weights are multiplied; zero (default) for none.</summary>
    public nint Factors { get; init; }

    /// <summary>Address of (M) numbers whose weighted sum is also computed; zero (default) for none.</summary>
    public nint Offsets { get; init; }

    /// <summary>Address of (M) bytes, not 0 where a row is hidden; zero (default) for none.</summary>
    public nint Hidden { get; init; }

    /// <summary>Terms that are added to the products of queries and keys; null (default) for none.</summary>
    public ScoreTerms? Terms { get; init; }

    /// <summary>Whether the products run in bfloat16, by <see cref="PairProduct"/>; false (default) for float32.</summary>
    public bool IsRounded { get; init; }

    internal float* Key(int row) => (float*)Keys + (row * KeyStep);

    internal float* Value(int row) => (float*)Values + (row * ValueStep);

    internal float Factor(int row) => ((float*)Factors)[row];

    internal float Offset(int row) => ((float*)Offsets)[row];

    internal bool IsHidden(int row) => Hidden != 0 && ((byte*)Hidden)[row] != 0;
}
