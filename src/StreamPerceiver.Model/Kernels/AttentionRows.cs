namespace StreamPerceiver.Model;

/// <summary>The rows that queries attend to: keys and values where they lie in memory.</summary>
/// <param name="Count">Rows M.</param>
/// <param name="Keys">Of row j, <paramref name="KeyChannels"/> numbers at j * <paramref name="KeyStep"/>.</param>
/// <param name="KeyStep">From a row's key to the next, in numbers.</param>
/// <param name="KeyChannels">Channels of a key.</param>
/// <param name="Values">Likewise.</param>
/// <param name="ValueStep">Likewise.</param>
/// <param name="ValueChannels">Likewise.</param>
internal readonly unsafe record struct AttentionRows(int Count, nint Keys, nint KeyStep, int KeyChannels, nint Values, nint ValueStep, int ValueChannels)
{
    /// <summary>(M) factors of the rows' scores, and of their weights beyond the softmax; zero (default) for none.</summary>
    public nint Factors { get; init; }

    /// <summary>(M) numbers of which the weighted sum is wanted as well; zero (default) for none.</summary>
    public nint Offsets { get; init; }

    /// <summary>(M) bytes, not 0 where a row must not be seen; zero (default) for none.</summary>
    public nint Hidden { get; init; }

    /// <summary>What scores have beside products; null (default) for nothing.</summary>
    public ScoreTerms? Terms { get; init; }

    /// <summary>Whether the products run in bfloat16, by <see cref="PairProduct"/>; false (default) for float32.</summary>
    public bool IsRounded { get; init; }

    internal float* Key(int row) => (float*)Keys + (row * KeyStep);

    internal float* Value(int row) => (float*)Values + (row * ValueStep);

    internal float Factor(int row) => ((float*)Factors)[row];

    internal float Offset(int row) => ((float*)Offsets)[row];

    internal bool IsHidden(int row) => Hidden != 0 && ((byte*)Hidden)[row] != 0;
}
