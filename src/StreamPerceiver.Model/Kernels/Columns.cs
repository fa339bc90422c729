using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>Some columns of a contiguous float32 tensor (B, n, width) on the CPU, read in place.</summary>
/// <param name="Whole">The tensor.</param>
/// <param name="First">The first column.</param>
/// <param name="Count">Number of columns.</param>
internal readonly unsafe record struct Columns(Tensor Whole, long First, long Count)
{
    /// <summary>Rows n.</summary>
    public int Rows => (int)Whole.size(1);

    /// <summary>Distance from a row to the next, in numbers.</summary>
    public nint Step => (nint)Whole.size(2);

    /// <summary>Takes all columns of a tensor.</summary>
    public static Columns All(Tensor tensor) => new(tensor, 0, tensor.size(2));

    /// <summary>Returns the address of a window's first row of columns.</summary>
    public float* At(int batch) => (float*)Address(Whole) + (batch * Whole.size(1) * Whole.size(2)) + First;

    /// <summary>Returns the address of a contiguous tensor's memory.</summary>
    public static nint Address(Tensor tensor) => (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}
