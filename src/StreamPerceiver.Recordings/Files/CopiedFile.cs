using StreamPerceiver.Mcap;
using StreamPerceiver.Recordings.Times;

namespace StreamPerceiver.Recordings.Files;

/// <summary>A channel that is copied.</summary>
/// <param name="Schema">The schema, with its new id; null: it has none.</param>
/// <param name="New">The channel, with its new ids.</param>
/// <param name="Kafka">How its messages are decoded; null: they are no Kafka records.</param>
internal sealed record CopiedChannel(McapSchema? Schema, McapChannel New, RecordedChannel? Kafka);

/// <summary>A file that is copied. It is open only while it is read.</summary>
internal sealed class CopiedFile
{
    private CopiedFile(string path, string profile, long beginNs) => (Path, Profile, BeginNs) = (path, profile, beginNs);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The profile of its header.</summary>
    public string Profile { get; }

    /// <summary>The least time of its messages, in nanoseconds since 1970.</summary>
    public long BeginNs { get; }

    /// <summary>All topics of the file, of Kafka and of channels.</summary>
    public HashSet<string> Topics { get; } = new(StringComparer.Ordinal);

    /// <summary>The channels that are copied, by their ids in this file.</summary>
    public Dictionary<ushort, CopiedChannel> Channels { get; } = [];

    /// <summary>Reads the summary of a file.</summary>
    /// <exception cref="RecordingException">It cannot be read by its indexes.</exception>
    public static CopiedFile Read(string path, RecordingSelection selection, UnitedChannels channels)
    {
        using FileStream stream = File.OpenRead(path);
        McapFile file = MendableFile.Checked(path, () => McapFile.Open(stream));
        if (!file.Summary.OfType<McapChunkIndex>().Any() && file.Statistics is not { MessageCount: 0 })
            throw new RecordingException($"{path}: has no places of chunks, so it cannot be read in the order of time; recording recover writes it with them");
        var copied = new CopiedFile(path, file.Header.Profile, file.BeginNs());
        foreach (McapChannel channel in file.Channels.Values.OrderBy(c => c.Id))
        {
            McapSchema? schema = file.Schemas.GetValueOrDefault(channel.SchemaId);
            RecordedChannel? kafka = RecordedChannel.Find(schema?.Name, channel);
            copied.Topics.Add(kafka?.Topic ?? channel.Topic);
            copied.Topics.Add(channel.Topic);
            if (!selection.Takes(schema, channel, kafka)) continue;
            (McapSchema? newSchema, McapChannel newChannel) = channels.Add(schema, channel);
            copied.Channels.Add(channel.Id, new CopiedChannel(newSchema, newChannel, kafka));
        }

        return copied;
    }

    /// <summary>Reads the messages of the copied channels in a range of times, and no more chunks than have some.</summary>
    /// <exception cref="RecordingException">The file is damaged.</exception>
    public IEnumerable<McapMessage> ReadMessages(RecordingSelection selection) => Read(file =>
        file.ReadMessages((ulong)Math.Max(0, selection.FromNs), (ulong)Math.Max(0, selection.UntilNs), Channels.Keys.ToHashSet()));

    /// <summary>Reads the metadata records of the file.</summary>
    /// <exception cref="RecordingException">The file is damaged.</exception>
    public IEnumerable<McapMetadata> ReadMetadata() => Read(file => file.Summary.OfType<McapMetadataIndex>().Select(file.ReadMetadata));

    /// <summary>Reads the attachments of the file.</summary>
    /// <exception cref="RecordingException">The file is damaged.</exception>
    public IEnumerable<McapAttachment> ReadAttachments() => Read(file => file.Summary.OfType<McapAttachmentIndex>().Select(file.ReadAttachment));

    private IEnumerable<T> Read<T>(Func<McapFile, IEnumerable<T>> read)
    {
        using FileStream stream = File.OpenRead(Path);
        McapFile file = MendableFile.Checked(Path, () => McapFile.Open(stream));
        using IEnumerator<T> items = read(file).GetEnumerator();
        while (MendableFile.Checked(Path, items.MoveNext)) yield return items.Current;
    }
}
