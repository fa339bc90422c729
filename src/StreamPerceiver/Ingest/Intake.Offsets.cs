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

    /// <summary>Notes committed offsets. Alignment then finds out where a restart begins.</summary>
    public void NoteCommitted(IEnumerable<PartitionOffset> offsets)
    {
        foreach (PartitionOffset o in offsets)
        {
            Lane lane = _lanes[o.Partition];
            int input = _inputOf[o.Topic];
            lane.Committed[input] = o.Offset;
            var notice = new OffsetCommitted(lane.Number, input, o.Offset, lane.Ledgers[input].IsSettled);
            _pending.Enqueue(Envelope<RawRecord>.OfNotice(notice, new LaneAck(lane.Lease)));
        }
    }

    private RecordAck Track(Lane lane, int input, long offset)
    {
        lock (_gate) return lane.Ledgers[input].Track(offset);
    }

    private IEnumerable<RecordAccount> AccountsOf(Lane lane)
        => _inputs.Select((spec, i) => RecordAccount.FromLedger(spec.Name, lane.Number, lane.Ledgers[i]));
}
