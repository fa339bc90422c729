using System.Buffers;
using System.Runtime.InteropServices;

namespace StreamPerceiver.Model;

/// <summary>Rented memory that begins at a cache line. Loading a register from one line costs half of loading it from two.</summary>
internal readonly unsafe struct Scratch : IDisposable
{
    private const int Line = 64;

    private readonly float[] _rented;
    private readonly GCHandle _pinned;

    private Scratch(float[] rented)
    {
        (_rented, _pinned) = (rented, GCHandle.Alloc(rented, GCHandleType.Pinned));
        Start = (float*)((_pinned.AddrOfPinnedObject() + Line - 1) & ~(nint)(Line - 1));
    }

    /// <summary>Address of the first number. The memory is not cleared.</summary>
    public float* Start { get; }

    /// <summary>Rents memory for so many numbers.</summary>
    public static Scratch Rent(int count) => new(ArrayPool<float>.Shared.Rent(count + (Line / sizeof(float))));

    public void Dispose()
    {
        _pinned.Free();
        ArrayPool<float>.Shared.Return(_rented);
    }
}
