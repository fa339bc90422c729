using System.IO.Hashing;

namespace StreamPerceiver.Mcap;

/// <summary>Collects the records of one chunk, and the places of its messages.</summary>
internal sealed class ChunkBuilder
{
    private readonly RecordBuffer _records = new();
    private readonly Dictionary<ushort, List<(ulong LogTime, ulong Offset)>> _places = []; // by channel
    private ulong _start, _end;

    /// <summary>Bytes of the records so far.</summary>
    public int Bytes => _records.Length;

    /// <summary>Adds a schema or a channel.</summary>
    public void Add(McapRecord record, RecordEncoder encoder) => encoder.Append(record, _records, inChunk: true);

    /// <summary>Adds a message.</summary>
    public void Add(McapMessage message, RecordEncoder encoder)
    {
        _start = _places.Count == 0 ? message.LogTime : Math.Min(_start, message.LogTime);
        _end = Math.Max(_end, message.LogTime);
        if (!_places.TryGetValue(message.ChannelId, out List<(ulong, ulong)>? places)) _places.Add(message.ChannelId, places = []);
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
        IReadOnlyList<McapMessageIndex> indexes = [.. _places.OrderBy(p => p.Key).Select(p => new McapMessageIndex(p.Key, p.Value))];
        _places.Clear();
        (_start, _end) = (0, 0);
        return (chunk, indexes);
    }

    /// <summary>Forgets the records. To be called once the chunk of <see cref="Take"/> is written, which may share their memory.</summary>
    public void Clear() => _records.Clear();
}
