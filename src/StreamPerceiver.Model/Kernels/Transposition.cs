using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace StreamPerceiver.Model;

/// <summary>Transposes matrices in memory.</summary>
internal static unsafe class Transposition
{
    private const int Side = 4;

    /// <summary>Writes the transpose, (columns, rows), of a matrix (rows, columns).</summary>
    /// <param name="from">The matrix.</param>
    /// <param name="fromStep">Distance from a row of the matrix to the next, in numbers.</param>
    /// <param name="rows">Rows of the matrix.</param>
    /// <param name="columns">Columns of the matrix.</param>
    /// <param name="to">The transpose.</param>
    /// <param name="toStep">Distance from a row of the transpose to the next, in numbers.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose(float* from, nint fromStep, int rows, int columns, float* to, nint toStep)
    {
        int wholeRows = Sse.IsSupported ? rows - (rows % Side) : 0, wholeColumns = Sse.IsSupported ? columns - (columns % Side) : 0;
        for (int row = 0; row < wholeRows; row += Side)
            for (int column = 0; column < wholeColumns; column += Side)
                TransposeSquare(from + (row * fromStep) + column, fromStep, to + (column * toStep) + row, toStep);
        for (int row = 0; row < rows; row++)
            for (int column = row < wholeRows ? wholeColumns : 0; column < columns; column++) to[(column * toStep) + row] = from[(row * fromStep) + column];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeSquare(float* from, nint fromStep, float* to, nint toStep)
    {
        Vector128<float> a = Vector128.Load(from), b = Vector128.Load(from + fromStep);
        Vector128<float> c = Vector128.Load(from + (2 * fromStep)), d = Vector128.Load(from + (3 * fromStep));
        Vector128<float> ab = Sse.UnpackLow(a, b), cd = Sse.UnpackLow(c, d); // a0 b0 a1 b1
        Sse.MoveLowToHigh(ab, cd).Store(to);
        Sse.MoveHighToLow(cd, ab).Store(to + toStep);
        (ab, cd) = (Sse.UnpackHigh(a, b), Sse.UnpackHigh(c, d));            // a2 b2 a3 b3
        Sse.MoveLowToHigh(ab, cd).Store(to + (2 * toStep));
        Sse.MoveHighToLow(cd, ab).Store(to + (3 * toStep));
    }
}
