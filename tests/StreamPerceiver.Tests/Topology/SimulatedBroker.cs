using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Modalities;
using StreamPerceiver.Publish;

namespace StreamPerceiver.Tests.Topology;

/// <summary>What outlives the workers of a simulated run: the records to read, and what committed transactions have left.</summary>
internal sealed class SimulatedBroker(IReadOnlyList<InputSpec> inputs, IReadOnlyList<SourceRecord> records)
{
    private readonly Dictionary<(int Lane, string Key), byte[]?> _progress = [];

    public IReadOnlyList<InputSpec> Inputs { get; } = inputs;

    /// <summary>By topic and lane, in the order of their offsets.</summary>
    public IReadOnlyDictionary<(string Topic, int Lane), SourceRecord[]> Log { get; } =
        records.GroupBy(r => (r.Topic, r.Partition)).ToDictionary(g => g.Key, g => g.OrderBy(r => r.Offset).ToArray());

    /// <summary>How many records of each partition are there before the silence of all; partitions that are not named have all.</summary>
    public Dictionary<(string Topic, int Lane), int> BeforeTheSilence { get; init; } = [];

    /// <summary>Whether the silence is over.</summary>
    public bool IsSilenceOver { get; private set; }

    /// <summary>By partition, the first offset that retention has left.</summary>
    public Dictionary<(string Topic, int Lane), long> LogStart { get; } = [];

    /// <summary>Ends the silence. Retention may have deleted what was committed.</summary>
    public void EndSilence(bool deleteCommitted)
    {
        IsSilenceOver = true;
        if (!deleteCommitted) return;
        foreach (((string Topic, int) partition, long offset) in Committed)
            if (!Inputs.Any(i => i.IsTable && i.Topic == partition.Topic))
                LogStart[partition] = offset;
    }

    /// <summary>Returns how many records of a partition are there now.</summary>
    public int Count((string Topic, int Lane) partition)
        => !Log.TryGetValue(partition, out SourceRecord[]? log) ? 0
            : IsSilenceOver ? log.Length
            : BeforeTheSilence.GetValueOrDefault(partition, log.Length);

    public Dictionary<(string Topic, int Lane), long> Committed { get; } = [];

    /// <summary>Everything that a reader of committed records sees of all topics but progress.</summary>
    public List<string> Published { get; } = [];

    /// <summary>Entities that progress is kept of.</summary>
    public int EntitiesKept => _progress.Count(p => p.Key.Key.StartsWith(ProgressKey.Entity, StringComparison.Ordinal));

    /// <summary>A transaction: all of it, at once.</summary>
    public void Commit(IReadOnlyList<OutgoingRecord> transaction, IEnumerable<PartitionOffset> offsets)
    {
        foreach (OutgoingRecord record in transaction)
        {
            if (record.Topic != "progress") Published.Add(Describe(record));
            else if (record.Value is not null) _progress[(record.Partition!.Value, Encoding.UTF8.GetString(record.Key!))] = record.Value;
            else _progress.Remove((record.Partition!.Value, Encoding.UTF8.GetString(record.Key!))); // as compaction does
        }

        foreach (PartitionOffset o in offsets) Committed[(o.Topic, o.Partition)] = o.Offset;
    }

    /// <summary>The group is deleted, or a lane's offsets expire.</summary>
    public void ForgetOffsets(int lane)
    {
        foreach ((string, int Lane) of in Committed.Keys.Where(k => k.Lane == lane).ToArray()) Committed.Remove(of);
    }

    public LaneProgress Progress(int lane)
    {
        var progress = new LaneProgress();
        foreach (((int of, string key), byte[]? value) in _progress)
            if (of == lane)
                progress.TryAdd(key, Encoding.UTF8.GetString(value!)).ShouldBeTrue(key);
        return progress;
    }

    private static string Describe(OutgoingRecord record)
    {
        string Header(string name) => Encoding.UTF8.GetString(record.Headers.LastOrDefault(h => h.Key == name).Value ?? []);
        return record.Topic == "predictions"
            ? $"{Header("ce_id")} {Encoding.UTF8.GetString(record.Value!)}"
            : $"{record.Topic} {Error("topic")}/{Error("partition")}/{Error("offset")} {Error("exception.message")}";

        string Error(string name) => Header($"__connect.errors.{name}");
    }
}
