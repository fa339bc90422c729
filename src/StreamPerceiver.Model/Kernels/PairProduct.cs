using System.Runtime.InteropServices;

namespace StreamPerceiver.Model;

/// <summary>
/// <see cref="PanelProduct"/> of numbers that are rounded to bfloat16. Numbers are in pairs along the axis of summation: two in 32 bits, the first in
/// the lower half. The last pair of an odd count ends with zero. Sums are float32.
/// The code is C++ (native/bfloat16.cpp), since .NET has no intrinsic for the instruction.
/// </summary>
internal static unsafe partial class PairProduct
{
    /// <summary>File name of the native library.</summary>
    internal const string Library = "libstreamperceiver_kernels.so";

    /// <summary>Whether the processor has the instruction (avx512_bf16) and the library is loaded.</summary>
    public static bool IsSupported { get; } = NativeLibrary.TryLoad(Library, typeof(PairProduct).Assembly, null, out _) && HasInstruction() != 0;

    /// <summary>Tells whether products of a precision use this class: bfloat16 on a processor with the instruction.</summary>
    public static bool IsUsedFor(Precision precision) => precision == Precision.BFloat16 && IsSupported;

    /// <summary>Counts the pairs of so many numbers.</summary>
    public static int Pairs(int numbers) => (numbers + 1) / 2;

    /// <summary>Adds the product of A (rows, depth) and B (depth, Lanes) to C (rows, Lanes).</summary>
    /// <param name="a">A, in pairs along its columns.</param>
    /// <param name="rowStep">Distance from a row of A to the next, in pairs.</param>
    /// <param name="depthStep">Distance from a pair of a row to the next, in pairs.</param>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="depth">Pairs of a row of A, and of a column of B.</param>
    /// <param name="b">B, in pairs along its rows: (depth, Lanes) pairs.</param>
    /// <param name="c">C.</param>
    /// <param name="step">Distance from a row of C to the next, in numbers.</param>
    /// <param name="start">(Lanes) initial numbers of every row of C; null to add to C's own numbers.</param>
    [LibraryImport(Library, EntryPoint = "streamperceiver_add_pairs")]
    public static partial void Add(uint* a, nint rowStep, nint depthStep, nint rows, nint depth, uint* b, float* c, nint step, float* start);

    /// <summary>Rounds rows (rows, width) to bfloat16, in pairs along each row: (rows, Pairs(width)).</summary>
    [LibraryImport(Library, EntryPoint = "streamperceiver_round_rows")]
    public static partial void RoundRows(float* from, nint step, nint rows, nint width, uint* to);

    /// <summary>Rounds rows (rows, width) to bfloat16, in pairs of a row and the next: (Pairs(rows), width). Contiguous rows may be rounded in place.</summary>
    [LibraryImport(Library, EntryPoint = "streamperceiver_pair_rows")]
    public static partial void PairRows(float* from, nint step, nint rows, nint width, uint* to);

    [LibraryImport(Library, EntryPoint = "streamperceiver_has_bfloat16")]
    private static partial int HasInstruction();
}
