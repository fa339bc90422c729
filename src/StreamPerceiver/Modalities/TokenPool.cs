using System.Collections.Concurrent;

namespace StreamPerceiver.Modalities;

/// <summary>
/// Arrays of one length, used again: those of a window of pictures are large, and fresh memory costs more than what is written into it. There are never more
/// than there were windows in work at once. Thread-safe.
/// </summary>
/// <param name="length">Numbers in an array.</param>
internal sealed class TokenPool(int length)
{
    private readonly ConcurrentStack<float[]> _free = new();

    /// <summary>Takes an array; what is in it is not defined.</summary>
    public float[] Rent() => _free.TryPop(out float[]? array) ? array : GC.AllocateUninitializedArray<float>(length);

    /// <summary>Gives an array back, once nothing reads it any more.</summary>
    public void Return(float[] array) => _free.Push(array);
}
