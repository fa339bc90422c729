using System.IO.Hashing;

namespace StreamPerceiver.Mcap;

/// <summary>Collects the records of one chunk, and the places of its messages.</summary>
internal sealed class ChunkBuilder
{
    private readonly RecordBuffer _records = new();
    private readonly SortedDictionary<ushort, List<(ulong LogTime, ulong Offset)>> _places = [];
    private ulong _start, _end;

    /// <summary>Bytes of the records so far.</summary>
    public int Bytes => _records.Length;

    /// <summary>Adds a schema or a channel.</summary>
    public void Add(McapRecord record, RecordEncoder encoder) => encoder.Append(record, _records, inChunk: true);

    /// <summary>Adds a message.</summary>
    public void Add(McapMessage message, RecordEncoder encoder)
    {
        if (!_places.TryGetValue(message.ChannelId, out List<(ulong, ulong)>? places)) _places.Add(message.ChannelId, places = []);
        _start = IsWithoutMessages ? message.LogTime : Math.Min(_start, message.LogTime);
        _end = IsWithoutMessages ? message.LogTime : Math.Max(_end, message.LogTime);
        places.Add((message.LogTime, (ulong)_records.Length));
        encoder.Append(message, _records, inChunk: true);
    }

    /// <summary>Returns the chunk and the indexes of its messages, in the order of the channels, and begins an empty one.</summary>
    public (McapChunk Chunk, IReadOnlyList<McapMessageIndex> Indexes) Take(McapCompression compression)
    {
        ReadOnlyMemory<byte> records = _records.Written;
        var chunk = new McapChunk(
            _start, _end, (ulong)records.Length, Crc32.HashToUInt32(records.Span), ChunkCompression.NameOf(compression),
            ChunkCompression.Compress(compression, records));
        IReadOnlyList<McapMessageIndex> indexes = [.. _places.Select(p => new McapMessageIndex(p.Key, p.Value))];
        _places.Clear();
        (_start, _end) = (0, 0);
        return (chunk, indexes);
    }

    /// <summary>Forgets the records. The chunk of <see cref="Take"/> may be part of their memory, so it is written before.</summary>
    public void Clear() => _records.Clear();

    private bool IsWithoutMessages => _places.Values.All(p => p.Count == 0);
}
