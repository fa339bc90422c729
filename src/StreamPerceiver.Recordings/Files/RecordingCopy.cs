using System.Security.Cryptography;
using StreamPerceiver.Mcap;

namespace StreamPerceiver.Recordings.Files;

/// <summary>Counts what a copy has written.</summary>
/// <param name="Messages">Messages that were written.</param>
/// <param name="Channels">Channels that were written.</param>
/// <param name="Doubled">Records whose topic, partition and offset an earlier one has.</param>
/// <param name="FirstNs">The first time of receipt, in nanoseconds since 1970; 0 where there is no message.</param>
/// <param name="LastNs">The last time of receipt.</param>
public sealed record RecordingCopyReport(long Messages, int Channels, long Doubled, long FirstNs, long LastNs);

/// <summary>
/// Copies messages of recordings to one file, in the order of their times of receipt. Metadata and attachments are copied as well, those that are equal once.
/// Memory holds the chunks that cover one time.
/// </summary>
public sealed class RecordingCopy
{
    private readonly RecordingSelection _selection;
    private readonly bool _dropsDoubled;
    private readonly UnitedChannels _channels = new();
    private readonly Dictionary<(string Topic, int Partition), OffsetSet> _offsets = [];
    private readonly List<CopiedFile> _files = [];
    private long _doubled;

    /// <summary>Reads the summaries of files.</summary>
    /// <param name="files">The files.</param>
    /// <param name="selection">Which messages are copied.</param>
    /// <param name="dropsDoubled">Whether of the records with one topic, partition and offset the first alone is copied.</param>
    /// <exception cref="RecordingException">A file cannot be read by its indexes, or none has a topic that is named.</exception>
    public RecordingCopy(IReadOnlyList<string> files, RecordingSelection selection, bool dropsDoubled)
    {
        (_selection, _dropsDoubled) = (selection, dropsDoubled);
        foreach (string path in files) _files.Add(CopiedFile.Read(path, selection, _channels));
        string[] topics = [.. _files.SelectMany(f => f.Topics).Distinct().Order(StringComparer.Ordinal)];
        if (selection.Topics?.Except(topics).Order(StringComparer.Ordinal).FirstOrDefault() is { } unknown)
            throw new RecordingException($"no file has the topic {unknown}, expected one of {string.Join(", ", topics)}");
    }

    /// <summary>Writes the selected messages to a stream.</summary>
    /// <param name="stream">Where it is written.</param>
    /// <exception cref="RecordingException">A file is damaged.</exception>
    public RecordingCopyReport WriteTo(Stream stream)
    {
        string[] profiles = [.. _files.Select(f => f.Profile).Distinct(StringComparer.Ordinal)];
        var options = new McapWriterOptions
        {
            Library = "StreamPerceiver",
            Profile = profiles.Length == 1 ? profiles[0] : "",
            Compression = McapCompression.Lz4, // as a recording's
        };
        using var writer = new McapWriter(stream, options);
        foreach ((McapSchema? schema, McapChannel channel) in _files.SelectMany(f => f.Channels.Values).OrderBy(c => c.New.Id).Select(c => (c.Schema, c.New)))
        {
            if (schema is not null) writer.Add(schema);
            writer.Add(channel);
        }

        CopyTexts(writer);
        long messages = 0, first = 0, last = 0;
        var sequences = _files.Select(f => (f.BeginNs, (Func<IEnumerable<McapMessage>>)(() => Messages(f))));
        foreach (McapMessage message in TimeMerge.Read(sequences, m => (long)m.LogTime))
        {
            writer.Add(message);
            last = (long)message.LogTime;
            if (messages++ == 0) first = last;
        }

        return new RecordingCopyReport(messages, _files.SelectMany(f => f.Channels.Values).Select(c => c.New.Id).Distinct().Count(), _doubled, first, last);
    }

    private void CopyTexts(McapWriter writer)
    {
        HashSet<string> written = [];
        foreach (CopiedFile file in _files)
        {
            foreach (McapMetadata texts in file.ReadMetadata())
                if (written.Add($"{texts.Name}\0{UnitedChannels.TextOf(texts.Texts)}"))
                    writer.Add(texts);
            foreach (McapAttachment attachment in file.ReadAttachments())
            {
                string hash = Convert.ToHexString(SHA256.HashData(attachment.Data.Span));
                if (written.Add($"{attachment.LogTime} {attachment.CreateTime} {hash} {attachment.MediaType} {attachment.Name}")) writer.Add(attachment);
            }
        }
    }

    private IEnumerable<McapMessage> Messages(CopiedFile file)
    {
        foreach (McapMessage message in file.ReadMessages(_selection))
        {
            CopiedChannel channel = file.Channels[message.ChannelId];
            if (channel.Kafka is { } kafka && !Takes(kafka, message, file.Path)) continue;
            yield return message with { ChannelId = channel.New.Id };
        }
    }

    private bool Takes(RecordedChannel kafka, McapMessage message, string path)
    {
        Flow.SourceRecord record = kafka.Decode(message, path).Record;
        if (!_selection.Takes(record)) return false;
        if (!_offsets.TryGetValue((kafka.Topic, kafka.Partition), out OffsetSet? seen)) _offsets.Add((kafka.Topic, kafka.Partition), seen = new OffsetSet());
        if (seen.Add(record.Offset)) return true;
        _doubled++;
        return !_dropsDoubled;
    }
}
