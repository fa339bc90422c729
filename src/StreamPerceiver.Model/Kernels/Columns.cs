using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>Some columns of a contiguous float32 tensor (B, n, width) on the CPU, read where they lie.</summary>
/// <param name="Of">The tensor.</param>
/// <param name="First">The first column.</param>
/// <param name="Count">How many.</param>
internal readonly unsafe record struct Columns(Tensor Of, long First, long Count)
{
    /// <summary>Rows n.</summary>
    public int Rows => (int)Of.size(1);

    /// <summary>From a row to the next, in numbers.</summary>
    public nint Step => (nint)Of.size(2);

    /// <summary>All columns.</summary>
    public static Columns All(Tensor tensor) => new(tensor, 0, tensor.size(2));

    /// <summary>Where the columns of a window begin.</summary>
    public float* At(int batch) => (float*)Address(Of) + (batch * Of.size(1) * Of.size(2)) + First;

    /// <summary>The memory of a contiguous tensor.</summary>
    public static nint Address(Tensor tensor) => (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}
