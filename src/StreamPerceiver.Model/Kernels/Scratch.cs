using System.Buffers;
using System.Runtime.InteropServices;

namespace StreamPerceiver.Model;

/// <summary>Rented memory that begins at a cache line, where loads of a whole line cost half of what they do across two.</summary>
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

    /// <summary>The first number; what the memory holds is anything.</summary>
    public float* Start { get; }

    /// <summary>Room for so many numbers.</summary>
    public static Scratch Rent(int count) => new(ArrayPool<float>.Shared.Rent(count + (Line / sizeof(float))));

    public void Dispose()
    {
        _pinned.Free();
        ArrayPool<float>.Shared.Return(_rented);
    }
}
