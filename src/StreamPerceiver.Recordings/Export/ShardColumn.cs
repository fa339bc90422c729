using System.Buffers;
using StreamPerceiver.Formats;
using StreamPerceiver.Modalities;

namespace StreamPerceiver.Recordings.Export;

/// <summary>One column of a shard: the same type and shape in each window.</summary>
/// <param name="owner">The input that it belongs to, or <c>window</c>.</param>
/// <param name="array">What it has of each window.</param>
internal sealed class ShardColumn(string owner, PlacedArray array)
{
    private ArrayBufferWriter<byte> _data = new();

    /// <summary>Its name in the shard.</summary>
    public string Name { get; } = $"{owner}/{array.Name}";

    /// <summary>What it has of each window.</summary>
    public PlacedArray Array => array;

    /// <summary>Its bytes so far.</summary>
    public ReadOnlyMemory<byte> Data => _data.WrittenMemory;

    /// <summary>Bytes of one window.</summary>
    public int WindowBytes { get; } = (int)array.Shape.Aggregate((long)NpyArray.SizeOf(array.Type), (bytes, size) => bytes * size);

    /// <summary>Adds the elements of a window.</summary>
    /// <exception cref="InvalidOperationException">It has not the bytes of the column's shape.</exception>
    public void Add(ReadOnlySpan<byte> elements)
    {
        if (elements.Length != WindowBytes) throw new InvalidOperationException($"{Name}: {elements.Length} bytes, expected {WindowBytes} of a window");
        _data.Write(elements);
    }

    /// <summary>Begins the next shard.</summary>
    public void Clear() => _data = new ArrayBufferWriter<byte>(_data.WrittenCount);

    /// <summary>Returns all windows as one array.</summary>
    /// <param name="windows">How many there are.</param>
    public NpyArray ToNpy(int windows) => new(array.Type, [windows, .. array.Shape], Data);
}
