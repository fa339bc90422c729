using StreamPerceiver.Flow;
using StreamPerceiver.Mcap;

namespace StreamPerceiver.Recordings.Files;

/// <summary>Something that is wrong with a file of a recording.</summary>
/// <param name="IsError">Whether readers give wrong results or fail. Otherwise they are slow, or show less.</param>
/// <param name="Offset">Offset of the record, in bytes. For a record in a chunk, that of the chunk.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Mend">Which verb mends it, with its options; null: none does.</param>
public sealed record RecordingFinding(bool IsError, long Offset, string Detail, string? Mend);

/// <summary>Checks files of recordings: as MCAP files, and the Kafka records in them.</summary>
public sealed class RecordingCheck
{
    private const int MostOfAKind = 10;
    private const string Recover = "recover", Merge = "merge", Dedupe = "merge --dedupe";

    private readonly List<RecordingFinding> _findings = [];
    private readonly Dictionary<string, int> _counts = [];
    private readonly Dictionary<ushort, string> _schemas = [];
    private readonly Dictionary<ushort, RecordedChannel?> _channels = [];
    private readonly Dictionary<ushort, long> _offsets = []; // the last, by channel: a run may read again what an earlier one has read
    private readonly string _path;

    private RecordingCheck(string path) => _path = path;

    /// <summary>What was found: of each kind of problem the first ten.</summary>
    public IReadOnlyList<RecordingFinding> Findings => _findings;

    /// <summary>How many errors there are.</summary>
    public long Errors { get; private set; }

    /// <summary>How many warnings there are.</summary>
    public long Warnings { get; private set; }

    /// <summary>Checks a file and the records in it.</summary>
    public static RecordingCheck Of(string path)
    {
        var check = new RecordingCheck(path);
        using FileStream stream = File.OpenRead(path);
        new McapCheck(stream, check.Note, check.Visit).Run();
        return check;
    }

    private void Note(McapFinding finding)
    {
        bool isOther = finding is { Problem: McapProblem.Damage, Offset: 0 };
        Add(finding.Problem.ToString(), new RecordingFinding(finding.IsError, finding.Offset, finding.Detail, finding.Problem switch
        {
            _ when isOther => null,
            McapProblem.Order => Merge,
            McapProblem.Definition when !finding.IsError => null,
            _ => Recover,
        }));
    }

    private void Visit(McapRecord record, long offset)
    {
        if (record is McapSchema schema) _schemas[schema.Id] = schema.Name;
        else if (record is McapChannel channel) _channels[channel.Id] = RecordedChannel.Find(_schemas.GetValueOrDefault(channel.SchemaId), channel);
        else if (record is McapMessage message && _channels.GetValueOrDefault(message.ChannelId) is { } kafka) Check(kafka, message, offset);
    }

    private void Check(RecordedChannel kafka, McapMessage message, long offset)
    {
        SourceRecord record;
        try
        {
            record = kafka.Decode(message, _path).Record;
        }
        catch (RecordingException e)
        {
            Add("Record", new RecordingFinding(true, offset, e.Message[(_path.Length + 2)..], null));
            return;
        }

        if (_offsets.TryGetValue(message.ChannelId, out long last) && record.Offset <= last)
            Add("Offset", new RecordingFinding(true, offset, $"{record} stands behind the offset {last}, expected ascending offsets", Dedupe));
        else _offsets[message.ChannelId] = record.Offset;
    }

    private void Add(string kind, RecordingFinding finding)
    {
        int count = _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
        if (count <= MostOfAKind) _findings.Add(finding);
        if (finding.IsError) Errors++;
        else Warnings++;
    }
}
