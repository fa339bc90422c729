using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>One array of a batch: float32 numbers, or flags that become float32 numbers.</summary>
/// <param name="Numbers">The numbers; empty where there are flags.</param>
/// <param name="Flags">The flags; empty where there are numbers.</param>
/// <param name="Shape">The tensor's sizes.</param>
internal readonly record struct HostArray(ReadOnlyMemory<float> Numbers, ReadOnlyMemory<byte> Flags, long[] Shape)
{
    /// <summary>Count of the tensor's numbers.</summary>
    public int Length => Numbers.Length + Flags.Length;

    /// <summary>Copies the numbers or flags to memory of the same length.</summary>
    public void CopyTo(Span<float> target)
    {
        Numbers.Span.CopyTo(target);
        ReadOnlySpan<byte> flags = Flags.Span;
        for (int i = 0; i < flags.Length; i++) target[i] = flags[i];
    }
}

/// <summary>Moves all arrays of a batch to a device in one copy. The buffer is kept for the next batch. It is pinned if the device is a GPU.</summary>
internal sealed class BatchStaging(Device device) : IDisposable
{
    // Tensors begin at multiples of 16 numbers (64 bytes), as in libtorch.
    private const long Alignment = 16;

    private Tensor? _buffer;

    /// <summary>Copies arrays to the device, as float32. On the CPU the tensors are views of the buffer, which the next call overwrites.</summary>
    public IReadOnlyList<Tensor> Move(IReadOnlyList<HostArray> arrays)
    {
        long[] starts = new long[arrays.Count + 1];
        for (int i = 0; i < arrays.Count; i++) starts[i + 1] = starts[i] + ((arrays[i].Length + Alignment - 1) / Alignment * Alignment);
        Tensor buffer = RequireBuffer(starts[^1]);
        for (int i = 0; i < arrays.Count; i++)
        {
            using Tensor place = buffer.narrow(0, starts[i], arrays[i].Length);
            arrays[i].CopyTo(MemoryMarshal.Cast<byte, float>(place.bytes));
        }

        Tensor moved = buffer.narrow(0, 0, starts[^1]).to(device);
        return [.. arrays.Select((array, i) => moved.narrow(0, starts[i], array.Length).view(array.Shape))];
    }

    /// <summary>Frees the buffer of the batches.</summary>
    public void Dispose() => _buffer?.Dispose();

    private Tensor RequireBuffer(long size)
    {
        if (_buffer is not null && _buffer.size(0) >= size) return _buffer;
        _buffer?.Dispose();
        Tensor fresh = empty(size);
        _buffer = (device.type == DeviceType.CUDA ? fresh.pin_memory() : fresh).DetachFromDisposeScope();
        return _buffer;
    }
}
