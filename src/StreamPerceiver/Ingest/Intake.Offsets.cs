using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <content>What became of records, and what may be committed.</content>
public sealed partial class Intake
{
    // Guards ledgers, past accounts and the set of lanes; the rest belongs to the calling thread.
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Input, int Lane), RecordAccount> _past = [];

    /// <summary>What became of every record, by input and lane; of lanes that have gone, what was decided here. Thread-safe.</summary>
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

    /// <summary>Returns the offsets that may be committed and were not yet, one a partition at most.</summary>
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

    /// <summary>Notes offsets that are committed. Where a restart begins may move with them, which the graph is told by notices.</summary>
    public void NoteCommitted(IEnumerable<PartitionOffset> offsets)
    {
        foreach (PartitionOffset o in offsets) _lanes[o.Partition].Committed[_inputOf[o.Topic]] = o.Offset;
        foreach (Lane lane in _lanes.Values)
        {
            (long, bool)[] settled = [.. lane.Committed.Select((offset, i) => (offset, lane.Ledgers[i].IsSettled))];
            foreach ((int input, long offset, EventTime needed) in lane.Lookback.Move(settled))
                _pending.Enqueue(Envelope<RawRecord>.OfNotice(new LookbackMoved(lane.Number, _inputs[input].Topic, offset, needed), new LaneAck(lane.Lease)));
        }
    }

    private RecordAck Track(Lane lane, int input, long offset)
    {
        lock (_gate) return lane.Ledgers[input].Track(offset);
    }

    private IEnumerable<RecordAccount> AccountsOf(Lane lane) => _inputs.Select((spec, i) => RecordAccount.FromLedger(spec.Name, lane.Number, lane.Ledgers[i]));
}
