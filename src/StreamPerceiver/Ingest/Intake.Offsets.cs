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
        List<PartitionOffset> offsets = [];
        lock (_gate)
        {
            foreach (Lane lane in _lanes.Values)
                for (int input = 0; input < _inputs.Count; input++)
                    if (lane.Ledgers[input].CommittableOffset() is { } offset && offset > lane.Committed[input])
                        offsets.Add(new PartitionOffset(_inputs[input].Topic, lane.Number, offset));
        }

        return offsets;
    }

    /// <summary>Notes committed offsets. A restart may now begin at later records; a notice for each of these goes to the graph.</summary>
    public void NoteCommitted(IEnumerable<PartitionOffset> offsets)
    {
        foreach (PartitionOffset o in offsets) _lanes[o.Partition].Committed[_inputOf[o.Topic]] = o.Offset;
        foreach (Lane lane in _lanes.Values)
        {
            (long, bool)[] settled = [.. lane.Committed.Select((offset, i) => (offset, lane.Ledgers[i].IsSettled))];
            foreach ((int input, long offset, EventTime needed) in lane.Lookback.Advance(settled))
            {
                var moved = new LookbackMoved(lane.Number, _inputs[input].Topic, offset, needed);
                _pending.Enqueue(Envelope<RawRecord>.OfNotice(moved, new LaneAck(lane.Lease)));
                _placement?.ForgetBefore(lane.Number, needed);
            }
        }
    }

    private RecordAck Track(Lane lane, int input, long offset)
    {
        lock (_gate) return lane.Ledgers[input].Track(offset);
    }

    private IEnumerable<RecordAccount> AccountsOf(Lane lane)
        => _inputs.Select((spec, i) => RecordAccount.FromLedger(spec.Name, lane.Number, lane.Ledgers[i]));
}
