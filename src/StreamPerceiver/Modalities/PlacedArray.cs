using StreamPerceiver.Formats;

namespace StreamPerceiver.Modalities;

/// <summary>An array that keeps a part of a window's placed data outside of the stream. It has the same type and shape in every window.</summary>
/// <param name="Name">Which part of the input it has: <c>values</c>, <c>mask</c> or <c>length</c>.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">Its sizes in one window, slowest axis first; empty for one number.</param>
/// <param name="Meaning">What its axes and numbers are, for people.</param>
public sealed record PlacedArray(string Name, NpyType Type, IReadOnlyList<long> Shape, string Meaning)
{
    /// <summary>The name of the array of the data.</summary>
    public const string Values = "values";

    /// <summary>
    /// The names along the last axis of the values, or of the values themselves where they are indexes; empty (default) where there are none.
    /// </summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Makes the array that marks where there is data.</summary>
    /// <param name="length">Its size.</param>
    /// <param name="meaning">What an element stands for.</param>
    internal static PlacedArray Mask(long length, string meaning) => new("mask", NpyType.Bool, [length], meaning);

    /// <summary>Returns the elements of a mask.</summary>
    internal static byte[] MaskOf(IEnumerable<bool> filled) => [.. filled.Select(f => f ? (byte)1 : (byte)0)];
}
