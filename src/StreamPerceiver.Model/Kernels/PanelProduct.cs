using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace StreamPerceiver.Model;

/// <summary>
/// C += A B for a panel B and C of <see cref="Lanes"/> columns. A is read in place, by rows or by columns, one number at a time. The bits of a sum
/// do not depend on the width of the registers, on the other rows or on the number of threads.
/// </summary>
internal static unsafe class PanelProduct
{
    /// <summary>Columns of a panel: two registers of 16 floats.</summary>
    public const int Lanes = 32;

    private const int Half = Lanes / 2;

    /// <summary>Adds the product of A (rows, depth) and B (depth, Lanes) to C (rows, Lanes).</summary>
    /// <param name="a">A.</param>
    /// <param name="rowStep">Distance from a row of A to the next, in numbers.</param>
    /// <param name="depthStep">Distance from a column of A to the next, in numbers.</param>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="depth">Columns of A, rows of B.</param>
    /// <param name="b">B.</param>
    /// <param name="c">C.</param>
    /// <param name="step">Distance from a row of C to the next, in numbers.</param>
    /// <param name="start">(Lanes) initial numbers of every row of C; null (default) to add to C's own numbers.</param>
    public static void Add(float* a, nint rowStep, nint depthStep, int rows, int depth, float* b, float* c, nint step = Lanes, float* start = null)
    {
        int row = 0;
        if (Vector512.IsHardwareAccelerated) // sixteen sums need 32 registers
            for (; row + 8 <= rows; row += 8) AddEight(a + (row * rowStep), rowStep, depthStep, depth, b, c + (row * step), step, start);
        for (; row + 2 <= rows; row += 2)
            AddTwo(a + (row * rowStep), a + ((row + 1) * rowStep), depthStep, depth, b, c + (row * step), c + ((row + 1) * step), start);
        if (row == rows) return;
        float* spare = stackalloc float[Lanes];
        new Span<float>(spare, Lanes).Clear();
        AddTwo(a + (row * rowStep), a + (row * rowStep), depthStep, depth, b, c + (row * step), spare, start);
    }

    // Sums begin at zero and are added to C at the end, since sums of pieces have smaller rounding errors than one long sum.
    // Sixteen sums keep two multipliers with a latency of four cycles busy, with ten loads for sixteen products.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddEight(float* a0, nint rowStep, nint depthStep, int depth, float* b, float* c, nint step, float* start)
    {
        float* a1 = a0 + rowStep, a2 = a1 + rowStep, a3 = a2 + rowStep, a4 = a3 + rowStep, a5 = a4 + rowStep, a6 = a5 + rowStep, a7 = a6 + rowStep;
        Vector512<float> c00 = Vector512<float>.Zero, c01 = c00;
        Vector512<float> c10 = Vector512<float>.Zero, c11 = c10;
        Vector512<float> c20 = Vector512<float>.Zero, c21 = c20;
        Vector512<float> c30 = Vector512<float>.Zero, c31 = c30;
        Vector512<float> c40 = Vector512<float>.Zero, c41 = c40;
        Vector512<float> c50 = Vector512<float>.Zero, c51 = c50;
        Vector512<float> c60 = Vector512<float>.Zero, c61 = c60;
        Vector512<float> c70 = Vector512<float>.Zero, c71 = c70;
        float* end = b + (depth * Lanes);
        for (nint i = 0; b < end; b += Lanes, i += depthStep)
        {
            Vector512<float> b0 = Vector512.Load(b), b1 = Vector512.Load(b + Half);
            Vector512<float> x = Vector512.Create(a0[i]);
            c00 = Vector512.FusedMultiplyAdd(x, b0, c00);
            c01 = Vector512.FusedMultiplyAdd(x, b1, c01);
            x = Vector512.Create(a1[i]);
            c10 = Vector512.FusedMultiplyAdd(x, b0, c10);
            c11 = Vector512.FusedMultiplyAdd(x, b1, c11);
            x = Vector512.Create(a2[i]);
            c20 = Vector512.FusedMultiplyAdd(x, b0, c20);
            c21 = Vector512.FusedMultiplyAdd(x, b1, c21);
            x = Vector512.Create(a3[i]);
            c30 = Vector512.FusedMultiplyAdd(x, b0, c30);
            c31 = Vector512.FusedMultiplyAdd(x, b1, c31);
            x = Vector512.Create(a4[i]);
            c40 = Vector512.FusedMultiplyAdd(x, b0, c40);
            c41 = Vector512.FusedMultiplyAdd(x, b1, c41);
            x = Vector512.Create(a5[i]);
            c50 = Vector512.FusedMultiplyAdd(x, b0, c50);
            c51 = Vector512.FusedMultiplyAdd(x, b1, c51);
            x = Vector512.Create(a6[i]);
            c60 = Vector512.FusedMultiplyAdd(x, b0, c60);
            c61 = Vector512.FusedMultiplyAdd(x, b1, c61);
            x = Vector512.Create(a7[i]);
            c70 = Vector512.FusedMultiplyAdd(x, b0, c70);
            c71 = Vector512.FusedMultiplyAdd(x, b1, c71);
        }

        AddTo(c, start, c00, c01);
        AddTo(c + step, start, c10, c11);
        AddTo(c + (2 * step), start, c20, c21);
        AddTo(c + (3 * step), start, c30, c31);
        AddTo(c + (4 * step), start, c40, c41);
        AddTo(c + (5 * step), start, c50, c51);
        AddTo(c + (6 * step), start, c60, c61);
        AddTo(c + (7 * step), start, c70, c71);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddTwo(float* a0, float* a1, nint depthStep, int depth, float* b, float* c0, float* c1, float* start)
    {
        Vector512<float> c00 = Vector512<float>.Zero, c01 = c00;
        Vector512<float> c10 = Vector512<float>.Zero, c11 = c10;
        float* end = b + (depth * Lanes);
        for (nint i = 0; b < end; b += Lanes, i += depthStep)
        {
            Vector512<float> b0 = Vector512.Load(b), b1 = Vector512.Load(b + Half);
            Vector512<float> x = Vector512.Create(a0[i]);
            c00 = Vector512.FusedMultiplyAdd(x, b0, c00);
            c01 = Vector512.FusedMultiplyAdd(x, b1, c01);
            x = Vector512.Create(a1[i]);
            c10 = Vector512.FusedMultiplyAdd(x, b0, c10);
            c11 = Vector512.FusedMultiplyAdd(x, b1, c11);
        }

        AddTo(c0, start, c00, c01);
        AddTo(c1, start, c10, c11);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTo(float* c, float* start, Vector512<float> first, Vector512<float> second)
    {
        float* from = start is null ? c : start;
        (Vector512.Load(from) + first).Store(c);
        (Vector512.Load(from + Half) + second).Store(c + Half);
    }
}
