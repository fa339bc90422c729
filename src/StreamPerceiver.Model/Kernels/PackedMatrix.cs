using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>
/// A linear layer's weight on the CPU, in panels of 32 outputs. The weight is packed once at load, while a general library packs it for each product.
/// The bits of a row's result do not depend on the other rows, on the number of threads or on the width of the registers.
/// In bfloat16 the weight and the rows are rounded, and results are float32.
/// </summary>
/// <param name="panels">The weight from <see cref="Pack"/>: (panels, in, 32), or in bfloat16 (panels, Pairs(in), 32, 2).</param>
/// <param name="bias">The bias from <see cref="PackBias"/>, (panels * 32).</param>
/// <param name="inputs">Inputs.</param>
/// <param name="outputs">Outputs.</param>
internal sealed unsafe class PackedMatrix(Tensor panels, Tensor bias, long inputs, long outputs) : IDisposable
{
    private const int Lanes = PanelProduct.Lanes;

    // Inputs, or pairs of inputs, that are summed up at a time. Their part of a panel (64 KiB) and of a block of rows (512 KiB) stays in a core's caches.
    private const int Depth = 512;
    private const int Block = 256;

    // A product with fewer multiplications ends before another thread could start.
    private const long LeastShared = 1 << 18;

    // Rows that one task rounds.
    private const int RowsPerTask = 64;

    private readonly bool _isRounded = panels.dtype == ScalarType.BFloat16;

    /// <summary>Packs a weight (out, in) and a bias (out); null (default) is a bias of zeros.</summary>
    public static PackedMatrix FromWeight(Tensor weight, Tensor? bias = null, Precision precision = Precision.Float32)
    {
        using IDisposable scope = NewDisposeScope();
        return new PackedMatrix(
            Pack(weight, precision).DetachFromDisposeScope(), PackBias(bias ?? zeros(weight.size(0))).DetachFromDisposeScope(), weight.size(1), weight.size(0));
    }

    /// <summary>Copies a weight (out, in) to panels for products of a precision.</summary>
    public static Tensor Pack(Tensor weight, Precision precision)
    {
        Tensor whole = cat([weight, zeros(Missing(weight), weight.size(1))], 0);
        if (precision == Precision.Float32) return whole.reshape(-1, Lanes, weight.size(1)).transpose(1, 2).contiguous();
        whole = cat([whole, zeros(whole.size(0), weight.size(1) % 2)], 1);
        return whole.to(ScalarType.BFloat16).reshape(-1, Lanes, whole.size(1) / 2, 2).transpose(1, 2).contiguous();
    }

    /// <summary>Copies a bias (out), with zeros up to the last panel's end.</summary>
    public static Tensor PackBias(Tensor bias) => cat([bias, zeros(Missing(bias))], 0);

    /// <summary>Restores the packed weight, (out, in).</summary>
    public Tensor Unpack() => panels.transpose(1, 2).flatten(2).flatten(0, 1).narrow(0, 0, outputs).narrow(1, 0, inputs).to(ScalarType.Float32);

    /// <summary>Computes x Wᵀ + b, (..., out).</summary>
    /// <param name="x">(..., in), in float32, or already rounded to bfloat16.</param>
    /// <param name="plus">(..., out) a tensor to add to the result; null (default) for none.</param>
    /// <param name="gelu">Whether GELU is applied to the product (default: no).</param>
    public Tensor Product(Tensor x, Tensor? plus = null, bool gelu = false)
    {
        bool isReady = _isRounded && x.dtype == ScalarType.BFloat16 && inputs % 2 == 0;
        using Tensor rows = isReady ? x.contiguous() : x.to(ScalarType.Float32).contiguous();
        using Tensor? others = plus?.contiguous();
        Tensor y = empty([.. x.shape.SkipLast(1), outputs]);
        int count = (int)(y.numel() / outputs), depth = (int)panels.size(1), all = (int)panels.size(0);
        using Scratch? rounded = _isRounded && !isReady ? Round(rows, count) : null;
        int blocks = (count + Block - 1) / Block;
        int groups = y.numel() * depth < LeastShared ? 1 : Math.Clamp(8 * get_num_threads() / blocks, 1, all);
        nint from = rounded is { } words ? (nint)words.Start : Columns.Address(rows), to = Columns.Address(y);
        nint beside = others is null ? 0 : Columns.Address(others);
        ParallelTasks.Each(groups * blocks, task =>
        {
            int group = task / blocks, first = task % blocks * Block;       // blocks that share panels follow each other
            int start = First(group), end = First(group + 1);
            float* other = beside == 0 ? null : (float*)beside + (first * outputs);
            Part((float*)from + ((long)first * depth), Math.Min(Block, count - first), start, end, (float*)to + (first * outputs), other, gelu);
        });
        return y;

        // Groups get smaller towards the end, so that all threads end at about the same time.
        int First(int group) => all - (int)((long)all * (groups - group) * (groups - group) / ((long)groups * groups));
    }

    public void Dispose()
    {
        panels.Dispose();
        bias.Dispose();
    }

    private static long Missing(Tensor outputs) => (Lanes - (outputs.size(0) % Lanes)) % Lanes;

    private Scratch Round(Tensor rows, int count)
    {
        int width = (int)panels.size(1), parts = (count + RowsPerTask - 1) / RowsPerTask;
        Scratch rounded = Scratch.Rent(count * width);
        ParallelTasks.Each(parts, part =>
        {
            int first = part * RowsPerTask, some = Math.Min(RowsPerTask, count - first);
            float* from = (float*)Columns.Address(rows) + (first * inputs);
            PairProduct.RoundRows(from, (nint)inputs, some, (nint)inputs, (uint*)rounded.Start + ((long)first * width));
        });
        return rounded;
    }

    // Multiplies a block of rows by some of the panels.
    private void Part(float* x, int rows, int first, int end, float* y, float* plus, bool gelu)
    {
        int depth = (int)panels.size(1);
        float* weight = (float*)Columns.Address(panels), addend = (float*)Columns.Address(bias);
        using Scratch scratch = Scratch.Rent(Block * Lanes);                // for a panel that is not full
        for (int input = 0; input < depth; input += Depth)
        {
            for (int panel = first; panel < end; panel++)
            {
                nint lane = panel * Lanes, width = Math.Min(Lanes, (nint)outputs - lane), step = width == Lanes ? (nint)outputs : Lanes;
                float* target = width == Lanes ? y + lane : scratch.Start, start = input == 0 ? addend + lane : null;
                float* part = weight + ((((long)panel * depth) + input) * Lanes);
                int some = Math.Min(Depth, depth - input);
                if (_isRounded) PairProduct.Add((uint*)x + input, depth, 1, rows, some, (uint*)part, target, step, start);
                else PanelProduct.Add(x + input, depth, 1, rows, some, part, target, step, start);
                if (input + Depth < depth) continue;
                if (gelu) ToGelu(target, step, rows);
                if (width < Lanes) Copy(target, y + lane, (nint)outputs, rows, (int)width);
                if (plus is not null) Add(plus + lane, y + lane, (nint)outputs, rows, (int)width);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ToGelu(float* y, nint step, int rows)
    {
        for (int row = 0; row < rows; row++, y += step)
            for (int lane = 0; lane < Lanes; lane += Vector512<float>.Count) Gelu.Apply(Vector512.Load(y + lane)).Store(y + lane);
    }

    private static void Copy(float* from, float* to, nint step, int rows, int width)
    {
        for (int row = 0; row < rows; row++) new Span<float>(from + (row * Lanes), width).CopyTo(new Span<float>(to + (row * step), width));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(float* plus, float* y, nint step, int rows, int width)
    {
        for (int row = 0; row < rows; row++, y += step, plus += step)
        {
            int lane = 0;
            for (; lane + Vector512<float>.Count <= width; lane += Vector512<float>.Count)
                (Vector512.Load(plus + lane) + Vector512.Load(y + lane)).Store(y + lane);
            for (; lane < width; lane++) y[lane] += plus[lane];
        }
    }
}
