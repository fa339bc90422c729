using StreamPerceiver.Ingest;
using StreamPerceiver.Mcap;
using StreamPerceiver.Recordings.Files;
using StreamPerceiver.Recordings.Times;

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
        => files.SelectMany(ChannelsOf).GroupBy(c => c.Topic, StringComparer.Ordinal)
            .ToDictionary(same => same.Key, same => same.Max(c => c.Partition) + 1, StringComparer.Ordinal);

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
        => Merge(files, path => ReadFile(path, file => RecordsOf(file, path, topics), fromNs, untilNs), r => r.ReceivedNs);

    /// <summary>
    /// Reads records, each once, as they are in their topics: after a kill a run reads some records again, and a table at every start. Of a recording that
    /// has records alone all are read. Of a topic that was made anew with smaller offsets none is found.
    /// </summary>
    /// <inheritdoc cref="Read"/>
    public static IEnumerable<RecordedRecord> ReadOnce(
        IReadOnlyList<string> files, long fromNs = 0, long untilNs = long.MaxValue, IReadOnlySet<string>? topics = null)
    {
        IEnumerable<RecordedRecord> records = Read(files, fromNs, untilNs, topics);
        return HasRuns(files, topics) ? WithoutRepeats(records) : records;
    }

    /// <summary>
    /// Reads records and events of the runs that read them, in the order in which they happened. Where a record to read belongs to no run, there is no event,
    /// and no record belongs to one: without all of its records a run cannot be reproduced.
    /// </summary>
    /// <inheritdoc cref="Read"/>
    public static IEnumerable<RecordedEvent> ReadEvents(
        IReadOnlyList<string> files, long fromNs = 0, long untilNs = long.MaxValue, IReadOnlySet<string>? topics = null)
    {
        if (!HasRuns(files, topics)) return Read(files, fromNs, untilNs, topics).Select(r => new RecordedEvent(new RecordRead(r.Record), r.ReceivedNs, null));
        return Merge(files, path => ReadFile(path, file => EventsOf(file, path, topics), fromNs, untilNs), e => e.TimeNs);
    }

    /// <summary>Returns whether all records of the topics belong to runs, whose events are recorded as well.</summary>
    /// <param name="files">The files, of which the summaries alone are read.</param>
    /// <param name="topics">The topics (default: all).</param>
    /// <exception cref="RecordingException">A file is damaged, or has no Kafka records.</exception>
    public static bool HasRuns(IReadOnlyList<string> files, IReadOnlySet<string>? topics = null)
    {
        RecordedChannel[] channels = [.. files.SelectMany(ChannelsOf).Where(c => topics?.Contains(c.Topic) != false)];
        return channels.Length > 0 && channels.All(c => c.Session is not null);
    }

    private static IEnumerable<RecordedRecord> WithoutRepeats(IEnumerable<RecordedRecord> records)
    {
        Dictionary<(string, int), long> next = [];
        foreach (RecordedRecord recorded in records)
        {
            (string, int) partition = (recorded.Record.Topic, recorded.Record.Partition);
            if (next.TryGetValue(partition, out long offset) && recorded.Record.Offset < offset) continue;
            next[partition] = recorded.Record.Offset + 1;
            yield return recorded;
        }
    }

    private static IEnumerable<T> Merge<T>(IReadOnlyList<string> files, Func<string, IEnumerable<T>> read, Func<T, long> timeOf)
        => TimeMerge.Read(files.Select(path => (BeginOf(path), (Func<IEnumerable<T>>)(() => read(path)))), timeOf);

    private static IEnumerable<(long First, long Last)> TimesOf(McapFile file)
    {
        McapChunkIndex[] chunks = [.. file.Summary.OfType<McapChunkIndex>()];
        return chunks.Length > 0
            ? chunks.Where(c => c.EndTime > 0).Select(c => ((long)c.StartTime, (long)c.EndTime))
            : file.ReadMessages().Select(m => ((long)m.LogTime, (long)m.LogTime));
    }

    private static long BeginOf(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Checked(path, () => McapFile.Open(stream)).BeginNs();
    }

    private static IEnumerable<T> ReadFile<T>(
        string path, Func<McapFile, Dictionary<ushort, Func<McapMessage, T>>> decodersOf, long fromNs, long untilNs)
    {
        using FileStream stream = File.OpenRead(path);
        McapFile file = Checked(path, () => McapFile.Open(stream));
        Dictionary<ushort, Func<McapMessage, T>> decoders = decodersOf(file);
        using IEnumerator<McapMessage> messages = file.ReadMessages((ulong)fromNs, (ulong)untilNs, decoders.Keys.ToHashSet()).GetEnumerator();
        while (Checked(path, messages.MoveNext)) yield return decoders[messages.Current.ChannelId](messages.Current);
    }

    private static Dictionary<ushort, Func<McapMessage, RecordedRecord>> RecordsOf(McapFile file, string path, IReadOnlySet<string>? topics)
        => ChannelsOf(file, path).Where(c => topics?.Contains(c.Topic) != false)
            .ToDictionary(c => c.Channel.Id, channel => (Func<McapMessage, RecordedRecord>)(message => channel.Decode(message, path)));

    private static Dictionary<ushort, Func<McapMessage, RecordedEvent>> EventsOf(McapFile file, string path, IReadOnlySet<string>? topics)
    {
        Dictionary<ushort, Func<McapMessage, RecordedEvent>> decoders = RecordsOf(file, path, topics).ToDictionary(
            of => of.Key,
            of => (Func<McapMessage, RecordedEvent>)(message => new RecordedEvent(
                new RecordRead(of.Value(message).Record), (long)message.LogTime, RecordedChannel.SessionOf(file.Channels[of.Key]))));
        foreach (McapChannel channel in file.Channels.Values.Where(c => IsOfEvents(file, c)))
        {
            string? session = RecordedChannel.SessionOf(channel);
            decoders.Add(channel.Id, message => new RecordedEvent(EventEncoding.Decode(message, path), (long)message.LogTime, session));
        }

        return decoders;
    }

    private static bool IsOfEvents(McapFile file, McapChannel channel) => file.Schemas.GetValueOrDefault(channel.SchemaId)?.Name == EventEncoding.Schema.Name;

    private static RecordedChannel[] ChannelsOf(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Checked(path, () => ChannelsOf(McapFile.Open(stream), path).ToArray());
    }

    private static IEnumerable<RecordedChannel> ChannelsOf(McapFile file, string path)
        => file.Channels.Values.Where(c => !IsOfEvents(file, c)).Select(c => RecordedChannel.OfFile(file.Schemas.GetValueOrDefault(c.SchemaId), c, path));

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
