using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <content>The outcomes of records, and the offsets that may be committed.</content>
public sealed partial class Intake
{
    // Guards ledgers, past accounts and the set of lanes. Only the calling thread uses the rest.
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Input, int Lane), RecordAccount> _past = [];

    /// <summary>Counts of records by outcome, input and lane; of a closed lane, the counts of this worker. Thread-safe.</summary>
    public IReadOnlyList<RecordAccount> Accounts
    {
        get
        {
            lock (_gate)
            {
                IEnumerable<RecordAccount> here = _lanes.Values.SelectMany(AccountsOf);
                return
                [
                    .. _past.Values.Concat(here).GroupBy(a => (a.Input, a.Lane)).Select(g => g.Aggregate((sum, a) => sum + a))
                        .OrderBy(a => a.Input, StringComparer.Ordinal).ThenBy(a => a.Lane),
                ];
            }
        }
    }

    /// <summary>Returns the offsets that may be committed and were not committed yet, at most one for each partition.</summary>
    public IReadOnlyList<PartitionOffset> CommittableOffsets()
    {
        Log?.Invoke(new CommitBegun(), Clock);
        List<PartitionOffset> offsets = [];
        lock (_gate)
        {
            foreach (Lane lane in _lanes.Values)
                for (int topic = 0; topic < _topics.Count; topic++)
                    if (lane.Ledgers[topic].CommittableOffset() is { } offset && offset > lane.Committed[topic])
                        offsets.Add(new PartitionOffset(_topics[topic].Topic, lane.Number, offset));
        }

        return offsets;
    }

    /// <summary>Notes committed offsets. Alignment then finds out where a restart begins.</summary>
    public void NoteCommitted(IEnumerable<PartitionOffset> offsets)
    {
        foreach (PartitionOffset o in offsets)
        {
            OffsetLedger ledger = _lanes[o.Partition].Ledgers[_topicOf[o.Topic]];
            int inputs = _topics[_topicOf[o.Topic]].Inputs.Count;
            NoteCommitted(o, [.. Enumerable.Range(0, inputs).Select(ledger.IsSettled)]);
        }
    }

    /// <summary>Notes an offset that an earlier run had committed at this place of the stream.</summary>
    /// <param name="offset">The offset, of an open lane and a topic of the pipeline.</param>
    /// <param name="settled">By input of the topic, whether all records that were read were settled then. What is not stated counts as not settled.</param>
    public void NoteCommitted(PartitionOffset offset, IReadOnlyList<bool> settled)
    {
        Log?.Invoke(new OffsetStored(new SourcePartition(offset.Topic, offset.Partition), offset.Offset, settled), Clock);
        Lane lane = _lanes[offset.Partition];
        int topic = _topicOf[offset.Topic];
        lane.Committed[topic] = offset.Offset;
        for (int place = 0; place < _topics[topic].Inputs.Count; place++)
        {
            var notice = new OffsetCommitted(lane.Number, _topics[topic].Inputs[place], offset.Offset, place < settled.Count && settled[place]);
            _pending.Enqueue(Envelope<RawRecord>.OfNotice(notice, new LaneAck(lane.Lease)));
        }
    }

    private RecordAck Track(Lane lane, int topic, int place, long offset)
    {
        lock (_gate) return lane.Ledgers[topic].Track(offset, place);
    }

    private void PassOver(Lane lane, int topic, long offset)
    {
        lock (_gate) lane.Ledgers[topic].PassOver(offset);
    }

    private IEnumerable<RecordAccount> AccountsOf(Lane lane)
    {
        for (int topic = 0; topic < _topics.Count; topic++)
        {
            (TopicInputs of, OffsetLedger ledger) = (_topics[topic], lane.Ledgers[topic]);
            for (int place = 0; place < of.Inputs.Count; place++)
                yield return RecordAccount.FromLedger(_inputs[of.Inputs[place]].Name, lane.Number, ledger, place);
            if (ledger.PassedOver > 0) yield return new RecordAccount(of.Topic, lane.Number, ledger.PassedOver, 0, 0, 0, ledger.PassedOver, 0);
        }
    }
}
