using StreamPerceiver.Flow;
using StreamPerceiver.Mcap;
using StreamPerceiver.Recordings.Files;

namespace StreamPerceiver.Recordings.Info;

/// <summary>Reads what is in a recording. Files are read as a whole, chunk by chunk.</summary>
public static class RecordingInfoReader
{
    /// <summary>Reads all of the files.</summary>
    /// <exception cref="RecordingException">A file is cut off or damaged.</exception>
    public static RecordingInfo Read(IReadOnlyList<string> files)
    {
        FileOverview[] overviews = [.. files.Select(FileOverview.Of)];
        var topics = new SortedDictionary<string, TopicFacts>(StringComparer.Ordinal);
        long messages = 0, bytes = 0, first = long.MaxValue, last = long.MinValue;
        var sequences = overviews.Select(f => (f.BeginNs, (Func<IEnumerable<Item>>)(() => ReadFile(f))));
        foreach (Item item in TimeMerge.Read(sequences, i => (long)i.Message.LogTime))
        {
            long time = (long)item.Message.LogTime;
            string name = item.Kafka?.Topic ?? item.Channel.Topic;
            if (!topics.TryGetValue(name, out TopicFacts? topic)) topics.Add(name, topic = new TopicFacts(name));
            if (item.Kafka is { } kafka) topic.Add(item.Schema, kafka.Decode(item.Message, item.Path).Record);
            else topic.Add(item.Schema, item.Channel.MessageEncoding, item.Message.Data.Length, time);
            messages++;
            (first, last) = (Math.Min(first, time), Math.Max(last, time));
        }

        TopicInfo[] infos = [.. topics.Values.Select(t => t.ToInfo())];
        foreach (TopicInfo info in infos) bytes += info.Bytes;
        return messages == 0
            ? new RecordingInfo(overviews, null, null, 0, 0, 0, infos)
            : new RecordingInfo(
                overviews, new EventTime(first).ToString(), new EventTime(last).ToString(), Math.Round((last - first) / (double)EventTime.PerSecond, 3),
                messages, bytes, infos);
    }

    private static IEnumerable<Item> ReadFile(FileOverview overview)
    {
        using FileStream stream = File.OpenRead(overview.Path);
        using IEnumerator<Item> items = ReadStream(stream, overview).GetEnumerator();
        while (MendableFile.Checked(overview.Path, items.MoveNext)) yield return items.Current;
    }

    // In the order of time where the file has places of chunks, else in its own order.
    private static IEnumerable<Item> ReadStream(FileStream stream, FileOverview overview)
    {
        Dictionary<ushort, string> schemas = [];
        Dictionary<ushort, (McapChannel Channel, string? Schema, RecordedChannel? Kafka)> channels = [];
        McapFile file = McapFile.Open(stream);
        foreach (McapSchema schema in file.Schemas.Values) Take(schema);
        foreach (McapChannel channel in file.Channels.Values) Take(channel);
        stream.Position = 0;
        foreach (McapRecord record in overview.HasIndexes ? file.ReadMessages() : McapReader.ReadRecords(stream))
        {
            if (record is McapSchema schema) Take(schema);
            else if (record is McapChannel channel) Take(channel);
            else if (record is McapMessage message)
            {
                if (!channels.TryGetValue(message.ChannelId, out var of))
                    throw new McapException($"a message has the channel {message.ChannelId}, and no such channel is before it");
                yield return new Item(overview.Path, of.Channel, of.Schema, of.Kafka, message);
            }
        }

        void Take(McapRecord definition)
        {
            if (definition is McapSchema schema) schemas[schema.Id] = schema.Name;
            if (definition is not McapChannel channel) return;
            string? name = schemas.GetValueOrDefault(channel.SchemaId);
            channels[channel.Id] = (channel, name, RecordedChannel.Find(name, channel));
        }
    }

    private sealed record Item(string Path, McapChannel Channel, string? Schema, RecordedChannel? Kafka, McapMessage Message);
}
