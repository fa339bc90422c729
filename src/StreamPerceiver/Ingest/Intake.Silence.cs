using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <content>Partitions that were read to their ends, so that alignment need not wait for silent inputs.</content>
public sealed partial class Intake
{
    /// <summary>Notes that the client has read a partition of an open lane to its end.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="offset">The end offset: one more than the offset of its last record or transaction marker.</param>
    public void NoteEnd(SourcePartition partition, long offset)
    {
        Log?.Invoke(new EndReached(partition, offset), Clock);
        Lane lane = _lanes[partition.Number];
        int topic = _topicOf[partition.Topic];
        lane.UnreadTables.Remove(partition.Topic);
        lane.Gate.OnEnd(topic);
        lane.Silence.OnEnd(topic, offset);
        lock (_gate) lane.Ledgers[topic].NoteEnd(offset);
        NoteReadToEnd(lane, topic);
    }

    /// <summary>
    /// Makes marks in the lanes, and returns the partitions whose brokers should be asked for the offset behind the last record. Call this at intervals.
    /// </summary>
    /// <param name="now">The time on the source's clock.</param>
    public IReadOnlyList<SourcePartition> PartitionsToAsk(TimeSpan now)
    {
        Log?.Invoke(new EndsAsked(now), Clock);
        List<SourcePartition> partitions = [];
        foreach (Lane lane in _lanes.Values)
        {
            MarkLane(lane, now);
            partitions.AddRange(lane.Silence.ToAsk(now).Select(topic => new SourcePartition(_topics[topic].Topic, lane.Number)));
        }

        return partitions;
    }

    /// <summary>Notes the offset behind a partition's last record, where records of undecided transactions count.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="end">The offset, as its broker gave it after the call of <see cref="PartitionsToAsk"/>.</param>
    /// <param name="asked">The time of that call.</param>
    public void NoteLogEnd(SourcePartition partition, long end, TimeSpan asked)
    {
        Log?.Invoke(new EndAnswered(partition, end, asked), Clock);
        Lane lane = _lanes[partition.Number];
        int topic = _topicOf[partition.Topic];
        lane.Silence.OnAnswer(topic, end, asked);
        NoteReadToEnd(lane, topic);
    }

    /// <summary>Notes that no record follows in any lane: an input is silent where other inputs of its entity have gone on.</summary>
    /// <param name="flushes">Whether the last windows of all entities close as well (default: no).</param>
    public void ConfirmAllSilent(bool flushes = false)
    {
        foreach (Lane lane in _lanes.Values)
        {
            if (MarkLane(lane, TimeSpan.Zero) is not { } mark) continue;
            for (int topic = 0; topic < _topics.Count; topic++) AddReadToEnd(lane, topic, new SilenceMarks(mark, mark, flushes ? mark : 0));
        }
    }

    private int? MarkLane(Lane lane, TimeSpan now)
    {
        int? mark = lane.Silence.Mark(now);
        if (mark is { } number)
        {
            lane.Gate.OnMark(number);
            _pending.Enqueue(Envelope<RawRecord>.OfNotice(new LaneMarked(lane.Number, number)));
        }

        return mark;
    }

    private void NoteReadToEnd(Lane lane, int topic)
    {
        if (lane.Silence.TakeReadToEnd(topic) is { } marks) AddReadToEnd(lane, topic, marks);
    }

    private void AddReadToEnd(Lane lane, int topic, SilenceMarks marks)
    {
        lane.Gate.OnSilentUntil(topic, lane.Silence.IsSilent(topic, marks) ? marks.Latest : marks.BeforeTheWait);
        foreach (int input in _topics[topic].Inputs)
            _pending.Enqueue(Envelope<RawRecord>.OfNotice(new ReadToEnd(lane.Number, input, marks), new LaneAck(lane.Lease)));
    }
}
