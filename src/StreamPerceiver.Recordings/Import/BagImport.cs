using System.Security.Cryptography;
using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Recordings.Files;

namespace StreamPerceiver.Recordings.Import;

/// <summary>Turns the messages of a ROS 2 bag into records, by a map. Records are in the order of the log times.</summary>
public sealed class BagImport
{
    private readonly List<BagFile> _files;
    private readonly ImportMap _map;
    private readonly Dictionary<string, TopicReport> _reports = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Topic, string Schema), ChannelImport> _channels = [];
    private readonly Dictionary<(string Topic, int Partition), long> _offsets = [];

    /// <summary>Opens a bag, and finds out how the messages of each topic are read.</summary>
    /// <param name="bag">An MCAP file, or a folder that rosbag2 wrote.</param>
    /// <param name="map">The map.</param>
    /// <exception cref="RecordingException">The bag cannot be read.</exception>
    /// <exception cref="ImportMapException">The map names types, fields or encodings that the bag does not have, or that are not supported.</exception>
    public BagImport(string bag, ImportMap map)
    {
        _map = map;
        _files = [.. BagPlaces.FilesOf(bag).Select(BagFile.Open).OrderBy(f => f.BeginNs)];
        List<string> problems = [];
        foreach (BagChannel channel in _files.SelectMany(f => f.Channels))
        {
            if (!_reports.TryGetValue(channel.Channel.Topic, out TopicReport? report))
                _reports.Add(channel.Channel.Topic, report = new TopicReport(channel.Channel.Topic, channel.Schema?.Name ?? "no type"));
            report.Messages += channel.Messages;
            if (RuleOf(channel) is not { } rule || _channels.ContainsKey(KeyOf(channel))) continue;
            try
            {
                _channels.Add(KeyOf(channel), ChannelImport.Of(channel, rule, report));
            }
            catch (Ros.RosException e)
            {
                problems.Add($"$.topics.{rule.Name}: topic {channel.Channel.Topic}: {e.Message}");
            }
        }

        problems.AddRange(map.Rules.Where(r => !_reports.Keys.Any(topic => r.Pattern.Match(topic) is not null))
            .Select(r => $"$.topics.{r.Name} is no topic of the bag, expected one of {string.Join(", ", _reports.Keys.Order(StringComparer.Ordinal))}"));
        if (problems.Count > 0) throw map.Wrong(problems);
    }

    /// <summary>What became of each topic of the bag, in the order of their names. Complete once all records were read.</summary>
    public IReadOnlyList<TopicReport> Topics => [.. _reports.Values.OrderBy(t => t.Topic, StringComparer.Ordinal)];

    /// <summary>Reads the records. To be called once.</summary>
    /// <exception cref="RecordingException">A file of the bag is damaged.</exception>
    public IEnumerable<RecordedRecord> Read()
    {
        foreach (BagMessage message in TimeMerge.Read(
            _files.Select(f => (f.BeginNs, (Func<IEnumerable<BagMessage>>)(() => f.Read(c => RuleOf(c) is not null)))),
            m => BagFile.Nanoseconds(m.Message.LogTime)))
        {
            ChannelImport channel = _channels[KeyOf(message.Channel)];
            channel.Report.Read++;
            if (channel.TryImport(message.Message) is not { } imported) continue;
            int partition = Partitioner.Murmur2.PartitionOf(imported.Key, channel.Partitions);
            long offset = _offsets.GetValueOrDefault((channel.Topic, partition));
            _offsets[(channel.Topic, partition)] = offset + 1;
            long received = BagFile.Nanoseconds(message.Message.LogTime);
            yield return new RecordedRecord(
                new SourceRecord(
                    channel.Topic, partition, offset, received / EventTime.PerMillisecond, imported.Key, imported.Payload.Value,
                    [new(SourceRecord.ContentTypeHeader, Encoding.UTF8.GetBytes(imported.Payload.ContentType)), new("ce_time", imported.Time)]),
                received);
        }
    }

    private ImportRule? RuleOf(BagChannel channel) => _map.Rules.FirstOrDefault(r => r.Pattern.Match(channel.Channel.Topic) is not null);

    // A type may be defined differently in two files of a bag.
    private static (string Topic, string Schema) KeyOf(BagChannel channel)
        => (channel.Channel.Topic, channel.Schema is { } schema ? $"{schema.Name} {Convert.ToHexString(SHA256.HashData(schema.Data.Span))}" : "");
}
