using StreamPerceiver.Mcap;

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

    /// <summary>
    /// Reads records in the order in which they were received; of equal times, in the order of the files, and of each file. Only the chunks that have records
    /// of the range are read.
    /// </summary>
    /// <param name="files">The files.</param>
    /// <param name="fromNs">The first time of receipt (default: all), in nanoseconds since 1970.</param>
    /// <param name="untilNs">The time of receipt before which records are read (default: all).</param>
    /// <param name="topics">The topics to read (default: all).</param>
    /// <exception cref="RecordingException">A file is damaged, or has no Kafka records.</exception>
    public static IEnumerable<RecordedRecord> Read(
        IReadOnlyList<string> files, long fromNs = 0, long untilNs = long.MaxValue, IReadOnlySet<string>? topics = null)
    {
        var next = new PriorityQueue<IEnumerator<RecordedRecord>, (long Time, int File)>();
        List<IEnumerator<RecordedRecord>> open = [];
        try
        {
            for (int file = 0; file < files.Count; file++)
            {
                IEnumerator<RecordedRecord> records = ReadFile(files[file], fromNs, untilNs, topics).GetEnumerator();
                open.Add(records);
                if (records.MoveNext()) next.Enqueue(records, (records.Current.ReceivedNs, file));
            }

            while (next.TryDequeue(out IEnumerator<RecordedRecord>? first, out (long Time, int File) place))
            {
                yield return first.Current;
                if (first.MoveNext()) next.Enqueue(first, (first.Current.ReceivedNs, place.File));
            }
        }
        finally
        {
            foreach (IEnumerator<RecordedRecord> records in open) records.Dispose();
        }
    }

    private static IEnumerable<RecordedRecord> ReadFile(string path, long fromNs, long untilNs, IReadOnlySet<string>? topics)
    {
        using FileStream stream = File.OpenRead(path);
        using IEnumerator<RecordedRecord> records = ReadStream(stream, path, fromNs, untilNs, topics).GetEnumerator();
        while (true)
        {
            try
            {
                if (!records.MoveNext()) yield break;
            }
            catch (McapException e)
            {
                throw new RecordingException($"{path}: {e.Message}", e);
            }

            yield return records.Current;
        }
    }

    private static IEnumerable<RecordedRecord> ReadStream(Stream stream, string path, long fromNs, long untilNs, IReadOnlySet<string>? topics)
    {
        McapFile file = McapFile.Open(stream);
        Dictionary<ushort, RecordedChannel> channels = file.Channels.Values.Select(c => RecordedChannel.Of(file.Schemas.GetValueOrDefault(c.SchemaId), c, path))
            .Where(c => topics is null || topics.Contains(c.Topic)).ToDictionary(c => c.Channel.Id);
        foreach (McapMessage message in file.ReadMessages((ulong)fromNs, (ulong)untilNs, channels.Keys.ToHashSet()))
            yield return channels[message.ChannelId].Decode(message, path);
    }
}
