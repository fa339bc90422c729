using StreamPerceiver.Mcap;
using StreamPerceiver.Recordings.Files;

namespace StreamPerceiver.Recordings;

/// <summary>Reads the records of a recording, of one file or of many.</summary>
public static class RecordingReader
{
    /// <summary>Returns the files of a recording.</summary>
    /// <param name="places">Files, and folders of them.</param>
    /// <exception cref="RecordingException">One is not there, or a folder has no file.</exception>
    public static IReadOnlyList<string> FilesOf(IEnumerable<string> places) => [.. places.SelectMany(place =>
    {
        if (File.Exists(place)) return [place];
        string[] files = Directory.Exists(place) ? Directory.GetFiles(place, "*.mcap") : [];
        if (files.Length == 0) throw new RecordingException($"{place}: found no recording, expected an .mcap file or a folder of them");
        return files.Order(StringComparer.Ordinal);
    })];

    /// <summary>Returns, by topic, how many partitions it had at least: one more than the greatest of which there is a record.</summary>
    /// <param name="files">The files, of which the summaries alone are read.</param>
    /// <exception cref="RecordingException">A file is damaged, or has no Kafka records.</exception>
    public static IReadOnlyDictionary<string, int> PartitionCounts(IEnumerable<string> files)
        => files.SelectMany(path =>
        {
            using FileStream stream = File.OpenRead(path);
            return Checked(path, () => ChannelsOf(McapFile.Open(stream), path).ToArray());
        }).GroupBy(c => c.Topic, StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.Max(c => c.Partition) + 1, StringComparer.Ordinal);

    /// <summary>Returns the first and the last time of receipt, in nanoseconds since 1970; both 0 where there is no record.</summary>
    /// <param name="files">The files. Of one with a summary nothing else is read.</param>
    /// <exception cref="RecordingException">A file is damaged.</exception>
    public static (long FirstNs, long LastNs) TimesOf(IEnumerable<string> files)
    {
        (long First, long Last)[] all = [.. files.SelectMany(path =>
        {
            using FileStream stream = File.OpenRead(path);
            return Checked(path, () => TimesOf(McapFile.Open(stream)).ToArray());
        })];
        return all.Length == 0 ? default : (all.Min(t => t.First), all.Max(t => t.Last));
    }

    /// <summary>
    /// Reads records in the order in which they were received; of equal times, in the order of the files, and of each file. Only the chunks that have records
    /// of the range are read, and a file is open no longer than it has records.
    /// </summary>
    /// <param name="files">The files.</param>
    /// <param name="fromNs">The first time of receipt (default: all), in nanoseconds since 1970.</param>
    /// <param name="untilNs">The time of receipt before which records are read (default: all).</param>
    /// <param name="topics">The topics to read (default: all).</param>
    /// <exception cref="RecordingException">A file is damaged, or has no Kafka records.</exception>
    public static IEnumerable<RecordedRecord> Read(
        IReadOnlyList<string> files, long fromNs = 0, long untilNs = long.MaxValue, IReadOnlySet<string>? topics = null)
        => TimeMerge.Read(
            files.Select(path => (BeginOf(path), (Func<IEnumerable<RecordedRecord>>)(() => ReadFile(path, fromNs, untilNs, topics)))), r => r.ReceivedNs);

    private static IEnumerable<(long First, long Last)> TimesOf(McapFile file)
    {
        McapChunkIndex[] chunks = [.. file.Summary.OfType<McapChunkIndex>()];
        return chunks.Length > 0
            ? chunks.Where(c => c.EndTime > 0).Select(c => ((long)c.StartTime, (long)c.EndTime))
            : file.ReadMessages().Select(m => ((long)m.LogTime, (long)m.LogTime));
    }

    // The least time of a file's messages, by its summary. The earliest of all where it has none.
    private static long BeginOf(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Checked(path, () => McapFile.Open(stream)).Summary.OfType<McapChunkIndex>().Select(chunk => (long)chunk.StartTime).DefaultIfEmpty().Min();
    }

    private static IEnumerable<RecordedRecord> ReadFile(string path, long fromNs, long untilNs, IReadOnlySet<string>? topics)
    {
        using FileStream stream = File.OpenRead(path);
        using IEnumerator<RecordedRecord> records = ReadStream(stream, path, fromNs, untilNs, topics).GetEnumerator();
        while (Checked(path, records.MoveNext)) yield return records.Current;
    }

    private static IEnumerable<RecordedRecord> ReadStream(Stream stream, string path, long fromNs, long untilNs, IReadOnlySet<string>? topics)
    {
        McapFile file = McapFile.Open(stream);
        Dictionary<ushort, RecordedChannel> channels = ChannelsOf(file, path)
            .Where(c => topics is null || topics.Contains(c.Topic)).ToDictionary(c => c.Channel.Id);
        foreach (McapMessage message in file.ReadMessages((ulong)fromNs, (ulong)untilNs, channels.Keys.ToHashSet()))
            yield return channels[message.ChannelId].Decode(message, path);
    }

    private static IEnumerable<RecordedChannel> ChannelsOf(McapFile file, string path)
        => file.Channels.Values.Select(c => RecordedChannel.OfFile(file.Schemas.GetValueOrDefault(c.SchemaId), c, path));

    private static T Checked<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (McapException e)
        {
            throw new RecordingException($"{path}: {e.Message}", e);
        }
    }
}
