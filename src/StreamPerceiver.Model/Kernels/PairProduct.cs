using System.Runtime.InteropServices;

namespace StreamPerceiver.Model;

/// <summary>
/// <see cref="PanelProduct"/> of numbers that are rounded to bfloat16, in pairs along the axis that is summed over: two in 32 bits, the first in the
/// lower half, zero where a last one is missing. Sums are float32. It is in C++ (native/bfloat16.cpp), since .NET has no intrinsic for the instruction.
/// </summary>
internal static unsafe partial class PairProduct
{
    /// <summary>The file.</summary>
    internal const string Library = "libstreamperceiver_kernels.so";

    /// <summary>Whether the processor has the instruction (avx512_bf16), and the library is there.</summary>
    public static bool IsSupported { get; } = NativeLibrary.TryLoad(Library, typeof(PairProduct).Assembly, null, out _) && Has() != 0;

    /// <summary>Whether products of a precision are ours to do: bfloat16, where the processor has it.</summary>
    public static bool Runs(Precision precision) => precision == Precision.BFloat16 && IsSupported;

    /// <summary>Pairs of so many numbers.</summary>
    public static int Pairs(int numbers) => (numbers + 1) / 2;

    /// <summary>Adds the product of A (rows, depth) and B (depth, Lanes) to C (rows, Lanes).</summary>
    /// <param name="a">A, in pairs along its columns.</param>
    /// <param name="rowStep">From a row of A to the next, in pairs.</param>
    /// <param name="depthStep">From a pair of a row to the next, in pairs.</param>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="depth">Pairs of a row of A, and of a column of B.</param>
    /// <param name="b">B, in pairs along its rows: (depth, Lanes) of them.</param>
    /// <param name="c">C.</param>
    /// <param name="step">From a row of C to the next, in numbers.</param>
    /// <param name="start">(Lanes) what every row of C begins with, in place of what is there; null for that.</param>
    [LibraryImport(Library, EntryPoint = "streamperceiver_add_pairs")]
    public static partial void Add(uint* a, nint rowStep, nint depthStep, nint rows, nint depth, uint* b, float* c, nint step, float* start);

    /// <summary>Rounds rows (rows, width) to bfloat16, in pairs along each row: (rows, Pairs(width)).</summary>
    [LibraryImport(Library, EntryPoint = "streamperceiver_round_rows")]
    public static partial void RoundRows(float* from, nint step, nint rows, nint width, uint* to);

    /// <summary>Rounds rows (rows, width) to bfloat16, in pairs of a row and the next: (Pairs(rows), width). It may be done in place if rows are dense.</summary>
    [LibraryImport(Library, EntryPoint = "streamperceiver_pair_rows")]
    public static partial void PairRows(float* from, nint step, nint rows, nint width, uint* to);

    [LibraryImport(Library, EntryPoint = "streamperceiver_has_bfloat16")]
    private static partial int Has();
}
