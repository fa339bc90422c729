namespace StreamPerceiver.Mcap;

/// <summary>Reads the messages of one chunk in the order of their log times; of equal times, in the order of the chunk.</summary>
internal sealed class ChunkCursor
{
    private readonly ReadOnlyMemory<byte> _records;
    private readonly McapLimits _limits;
    private readonly List<(ulong LogTime, int At)> _places = [];
    private int _next;

    /// <summary>Decompresses a chunk and finds its messages.</summary>
    /// <param name="chunk">The chunk.</param>
    /// <param name="offset">Its offset.</param>
    /// <param name="limits">Limits on what is held in memory.</param>
    /// <param name="definitions">The schemas and channels of the file.</param>
    /// <param name="isWanted">Which messages are read.</param>
    /// <exception cref="McapException">The chunk is damaged or beyond a limit.</exception>
    public ChunkCursor(McapChunk chunk, long offset, McapLimits limits, Definitions definitions, Predicate<McapMessage> isWanted)
    {
        (Offset, _limits) = ((ulong)offset, limits);
        _records = ChunkCompression.Decompress(chunk, offset, limits.ChunkBytes);
        bool isInOrder = true;
        for (int at = 0; at < _records.Length;)
        {
            (McapRecord record, int bytes) = McapReader.ReadInChunk(_records, at, offset, limits);
            definitions.Check(record, offset);
            if (record is McapMessage message && isWanted(message))
            {
                isInOrder &= _places.Count == 0 || _places[^1].LogTime <= message.LogTime;
                _places.Add((message.LogTime, at));
            }

            at += bytes;
        }

        if (!isInOrder) _places.Sort();
    }

    /// <summary>Offset of the chunk.</summary>
    public ulong Offset { get; }

    /// <summary>Bytes that the chunk holds in memory.</summary>
    public long Bytes => _records.Length + (16L * _places.Capacity);

    /// <summary>Log time of the next message; null behind the last one.</summary>
    public ulong? NextTime => _next < _places.Count ? _places[_next].LogTime : null;

    /// <summary>Takes the next message.</summary>
    public McapMessage Take() => (McapMessage)McapReader.ReadInChunk(_records, _places[_next++].At, (long)Offset, _limits).Record;
}
