using System.Collections.Concurrent;

namespace StreamPerceiver.Modalities;

/// <summary>
/// A pool of arrays of one length. The array of a window of pictures is large, and fresh memory costs more time than the writing of the tokens. The pool has
/// at most as many arrays as there were windows at once. Thread-safe.
/// </summary>
/// <param name="length">Numbers in an array.</param>
internal sealed class TokenPool(int length)
{
    private readonly ConcurrentStack<float[]> _free = new();

    /// <summary>Rents an array with undefined content.</summary>
    public float[] Rent() => _free.TryPop(out float[]? array) ? array : GC.AllocateUninitializedArray<float>(length);

    /// <summary>Returns an array to the pool. Nothing may read the array after that.</summary>
    public void Return(float[] array) => _free.Push(array);
}
