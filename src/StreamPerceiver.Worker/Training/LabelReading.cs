using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Recordings;
using StreamPerceiver.Training;

namespace StreamPerceiver.Worker.Training;

/// <summary>Reads labels from files, and from topics of recordings.</summary>
/// <param name="verb">The verb, for its lines.</param>
/// <param name="labels">Files, and <c>topic:NAME</c>.</param>
/// <param name="keys">The format of the records' keys.</param>
internal sealed class LabelReading(string verb, IReadOnlyList<string> labels, KeyFormat keys)
{
    private const string TopicPrefix = "topic:";

    /// <summary>Reads the labels of the files.</summary>
    /// <exception cref="TrainingException">What is no label.</exception>
    public IReadOnlyList<LabelInterval> ReadFiles()
        => [.. labels.Where(l => !l.StartsWith(TopicPrefix, StringComparison.Ordinal)).SelectMany(file => LabelFile.Read(file, Note))];

    /// <summary>Reads the labels of the topics.</summary>
    /// <param name="files">The files of a recording.</param>
    /// <exception cref="TrainingException">What is no label.</exception>
    /// <exception cref="RecordingException">A file is damaged.</exception>
    public IReadOnlyList<LabelInterval> ReadTopics(IReadOnlyList<string> files)
    {
        List<LabelInterval> all = [];
        foreach (string topic in labels.Where(l => l.StartsWith(TopicPrefix, StringComparison.Ordinal)).Select(l => l[TopicPrefix.Length..]).Distinct())
        {
            IEnumerable<RecordedRecord> records = RecordingReader.ReadOnce(files, topics: new HashSet<string> { topic });
            IReadOnlyList<LabelInterval> found = LabelTopic.Read(records.Select(r => RecordOf(r.Record)), Note);
            Console.WriteLine($"{verb}: {found.Count} labels of the topic {topic}");
            all.AddRange(found);
        }

        return all;
    }

    private void Note(string line) => Console.WriteLine($"{verb}: {line}");

    private LabelRecord RecordOf(SourceRecord record)
    {
        if (record.Key is null || EntityKey.Read(record.Key, keys, out string problem) is not { } entity)
            throw new TrainingException($"{record}: has no key of an entity, expected one");
        if (record.Value is null) throw new TrainingException($"{record}: has no value, expected JSON of a label");
        EventTime time = EventTime.FromUnixMilliseconds(record.TimestampMs);
        if (record.Header(EventTimeSource.CloudEventsHeader) is { } stated && !EventTime.TryParse(stated, out time))
            throw new TrainingException($"{record}: {EventTimeSource.CloudEventsHeader} is '{stated}', expected an RFC 3339 time");
        return new LabelRecord($"{record}", entity, time, record.Value);
    }
}
