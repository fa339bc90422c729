namespace StreamPerceiver.Mcap;

/// <summary>Compares a chunk's times, and the indexes behind it, with its messages.</summary>
internal sealed class ChunkCheck(McapChunk chunk, long offset, long length, Action<McapFinding> note)
{
    private readonly Dictionary<ushort, List<(ulong LogTime, ulong Offset)>> _places = [];
    private readonly Dictionary<ushort, ulong> _indexes = [];
    private ulong _start = ulong.MaxValue, _end;
    private long _indexBytes;

    /// <summary>Whether all of its messages were read. Otherwise nothing is compared.</summary>
    public bool IsRead { get; set; }

    /// <summary>Adds a message of the chunk, at its place in the records.</summary>
    public void Add(McapMessage message, int at)
    {
        (_start, _end) = (Math.Min(_start, message.LogTime), Math.Max(_end, message.LogTime));
        if (!_places.TryGetValue(message.ChannelId, out List<(ulong, ulong)>? places)) _places.Add(message.ChannelId, places = []);
        places.Add((message.LogTime, (ulong)at));
    }

    /// <summary>Compares an index behind the chunk with the messages of its channel.</summary>
    public void Add(McapMessageIndex index, long indexOffset, long indexLength)
    {
        _indexBytes += indexLength;
        if (!_indexes.TryAdd(index.ChannelId, (ulong)indexOffset))
            Note(indexOffset, $"channel {index.ChannelId} has two indexes behind the chunk at byte {offset}");
        if (!IsRead) return;
        List<(ulong, ulong)> places = _places.GetValueOrDefault(index.ChannelId) ?? [];
        if (places.Count != index.Entries.Count)
        {
            Note(indexOffset, $"the index of channel {index.ChannelId} has {index.Entries.Count} messages, and the chunk at byte {offset} has {places.Count}");
        }
        else if (index.Entries.Order().Zip(places.Order()).FirstOrDefault(p => p.First != p.Second) is var wrong && wrong.First != wrong.Second)
        {
            (ulong time, ulong at) = wrong.First;
            Note(indexOffset, $"the index of channel {index.ChannelId} has a message of {McapFormat.Time(time)} at byte {at} of the records of the chunk "
                + $"at byte {offset}, and none is there");
        }
    }

    /// <summary>Ends the comparison. Returns the index of the chunk as a summary should have it.</summary>
    public McapChunkIndex End()
    {
        if (IsRead && _places.Count > 0 && (_start, _end) != (chunk.StartTime, chunk.EndTime))
        {
            Note(offset, $"the chunk states times from {McapFormat.Time(chunk.StartTime)} to {McapFormat.Time(chunk.EndTime)}, and its messages have "
                + $"{McapFormat.Time(_start)} to {McapFormat.Time(_end)}");
        }

        if (IsRead && _indexes.Count > 0 && _places.Keys.FirstOrDefault(c => !_indexes.ContainsKey(c), (ushort)0) is var channel && _places.ContainsKey(channel)
            && !_indexes.ContainsKey(channel))
            Note(offset, $"the chunk has messages of channel {channel}, and no index of them is behind it");
        return new McapChunkIndex(
            chunk.StartTime, chunk.EndTime, (ulong)offset, (ulong)length, _indexes, (ulong)_indexBytes, chunk.Compression, (ulong)chunk.Records.Length,
            chunk.UncompressedSize);
    }

    private void Note(long at, string detail) => note(new McapFinding(McapProblem.Index, true, at, detail));
}
