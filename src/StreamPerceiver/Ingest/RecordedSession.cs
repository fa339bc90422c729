using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>
/// Gives an intake the events of one run of a source. What concerns a lane that is not open, or another topic than the pipeline's, is passed over.
/// </summary>
/// <param name="name">The run; null: the records come from no run.</param>
/// <param name="intake">The intake.</param>
internal sealed class RecordedSession(string? name, Intake intake)
{
    private readonly HashSet<string> _topics = new(intake.Topics, StringComparer.Ordinal);
    private readonly HashSet<int> _had = [];
    private readonly Dictionary<SourcePartition, long> _last = []; // of records of no run
    private HashSet<SourcePartition> _asked = [];

    /// <summary>The run; null: the records come from no run.</summary>
    public string? Name { get; } = name;

    /// <summary>The intake.</summary>
    public Intake Intake { get; } = intake;

    /// <summary>Returns whether the pipeline reads a topic.</summary>
    public bool Reads(string topic) => _topics.Contains(topic);

    /// <summary>Returns whether the run has had a lane so far.</summary>
    public bool HasHad(int lane) => _had.Contains(lane);

    /// <summary>Closes lanes, those that are open.</summary>
    public void Close(IReadOnlyList<int> lanes)
    {
        Intake.RevokeLanes(lanes); // returns their bytes
        Intake.CloseLanes(lanes);
    }

    /// <summary>Gives the intake an event.</summary>
    public void Take(RecordedEvent recorded)
    {
        if (Name is not null) Intake.Clock = new EventTime(recorded.TimeNs);
        switch (recorded.Event)
        {
            case RecordRead { Record: var record } when Reads(record.Topic) && !IsAgain(record):
                if (_had.Add(record.Partition)) Intake.OpenLane(record.Partition);
                if (Intake.HasLane(record.Partition)) Intake.TakeRecord(record);
                break;
            case PlacementRequired required:
                Intake.RequireOneLaneAnEntity(required.Partitions, required.ProgressTopic);
                break;
            case LaneBegun begun:
                Open(begun);
                break;
            case LanesEnded ended:
                Close(ended.Lanes);
                break;
            case EndReached reached when IsOpen(reached.Partition):
                Intake.NoteEnd(reached.Partition, reached.Offset);
                break;
            case EndsAsked asked:
                _asked = [.. Intake.PartitionsToAsk(asked.Now)];
                break;
            case EndAnswered answered when _asked.Remove(answered.Partition) && IsOpen(answered.Partition):
                Intake.NoteLogEnd(answered.Partition, answered.End, answered.Asked);
                break;
            case OffsetStored stored when IsOpen(stored.Partition):
                Intake.NoteCommitted(new PartitionOffset(stored.Partition.Topic, stored.Partition.Number, stored.Offset), stored.Settled);
                break;
        }
    }

    // A restart reads records again. Without its other events they are those that were read before.
    private bool IsAgain(SourceRecord record)
    {
        if (Name is not null) return false;
        var partition = new SourcePartition(record.Topic, record.Partition);
        if (_last.TryGetValue(partition, out long last) && record.Offset <= last) return true;
        _last[partition] = record.Offset;
        return false;
    }

    private bool IsOpen(SourcePartition partition) => Reads(partition.Topic) && Intake.HasLane(partition.Number);

    // A topic that was not read then begins as a new one.
    private void Open(LaneBegun begun)
    {
        _had.Add(begun.Lane);
        Close([begun.Lane]);
        var states = begun.Partitions.ToDictionary(StringComparer.Ordinal);
        Intake.OpenLane(
            begun.Lane, begun.Progress, [.. Intake.Topics.Select(topic => states.GetValueOrDefault(topic, new PartitionState(Committed: null, LogStart: 0)))]);
    }
}
