using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;

namespace StreamPerceiver.Align;

/// <summary>
/// Stage 3: groups samples into windows, by lane and entity. Serial. The windows of an entity come in order. Windows that are open when the stream ends are not
/// emitted: their records stay unsettled, and the next start reads them again.
/// </summary>
public sealed class StreamAligner(IReadOnlyList<InputSpec> inputs, AlignOptions options)
{
    private readonly Dictionary<int, LaneState> _lanes = [];
    private long _skippedWindows;

    /// <summary>Windows that were not emitted: a required input was missing, or no sample was near enough to a step or slot.</summary>
    public long SkippedWindows => Volatile.Read(ref _skippedWindows);

    /// <summary>Takes a sample or a notice, and returns the windows that it closes and the notices for the next stage.</summary>
    public IReadOnlyList<Envelope<AlignedWindow>> Accept(Envelope<MediaSample> item)
    {
        switch (item.Notice)
        {
            case null:
                return _lanes[item.Value!.Stream.Lane].Accept(item.Value, (RecordAck)item.Ack!);
            case LaneOpened opened:
                _lanes.Add(opened.Lane, new LaneState(opened, inputs, options, () => Interlocked.Increment(ref _skippedWindows)));
                return [];
            case LaneClosed closed:
                _lanes.Remove(closed.Lane);
                return [];
            case SilenceConfirmed silence:
                return _lanes[silence.Lane].OnSilenceConfirmed(silence);
            case Rejection { Placed: { } placed }:
                _lanes[placed.Stream.Lane].OnRejected(placed);
                return [item.ForwardNotice<AlignedWindow>()];
            case LookbackMoved moved:
                IEnumerable<EntityForgotten> forgotten = _lanes[moved.Lane].ForgetSilentSince(moved.NeededFrom);
                return [item.ForwardNotice<AlignedWindow>(), .. forgotten.Select(notice => Envelope<AlignedWindow>.OfNotice(notice, item.Ack!))];
            default:
                return [item.ForwardNotice<AlignedWindow>()];
        }
    }

    private sealed class LaneState(LaneOpened opened, IReadOnlyList<InputSpec> inputs, AlignOptions options, Action windowSkipped)
    {
        private readonly Dictionary<string, EntityAligner> _entities = new(StringComparer.Ordinal);
        private readonly Dictionary<string, EventTime> _emittedBefore = new(opened.EmittedThrough, StringComparer.Ordinal); // entities without a record since
        private readonly PartitionProgress[] _partitions = inputs.Select(_ => new PartitionProgress()).ToArray();
        private readonly long _sweepEveryNs = Math.Max(1, options.IdleAfterNs / 8);
        private readonly List<Envelope<AlignedWindow>> _results = []; // results of the current item
        private EventTime _swept;

        public Envelope<AlignedWindow>[] Accept(MediaSample sample, RecordAck ack)
        {
            if (!_entities.TryGetValue(sample.Stream.Entity, out EntityAligner? entity))
            {
                EventTime? emitted = _emittedBefore.Remove(sample.Stream.Entity, out EventTime end) ? end : null;
                entity = new EntityAligner(opened.Lane, sample.Stream.Entity, inputs, options, _partitions, emitted, windowSkipped);
                _entities.Add(sample.Stream.Entity, entity);
            }

            if (entity.Accept(sample, ack) is { } late) _results.Add(late);
            _partitions[sample.Stream.Input].OnRecord(sample.Time);
            entity.AddClosedWindows(_results);

            // An entity becomes silent without a record of its own. So all entities are checked, at intervals of event time.
            if (sample.Time - _swept >= _sweepEveryNs) Sweep(sample.Time);
            return TakeResults();
        }

        /// <summary>Notes the event time of a rejected record, so that its partition advances.</summary>
        public void OnRejected(RawRecord rejected) => _partitions[rejected.Stream.Input].OnRecord(rejected.Time);

        public Envelope<AlignedWindow>[] OnSilenceConfirmed(SilenceConfirmed notice)
        {
            _partitions[notice.Input].OnSilenceConfirmed(notice);
            Sweep(notice.AsOf);
            return TakeResults();
        }

        /// <summary>
        /// Forgets the entities that were silent since a time. An entity that returns is treated as new, with the same result: it was silent for longer than
        /// the idle time.
        /// </summary>
        public IEnumerable<EntityForgotten> ForgetSilentSince(EventTime time)
        {
            string[] silent =
            [
                .. _entities.Where(e => e.Value.IsSilentSince(time)).Select(e => e.Key),
                .. _emittedBefore.Where(e => e.Value < time).Select(e => e.Key),
            ];
            foreach (string entity in silent)
            {
                _entities.Remove(entity);
                _emittedBefore.Remove(entity);
            }

            return silent.Select(entity => new EntityForgotten(opened.Lane, entity));
        }

        private void Sweep(EventTime time)
        {
            if (time > _swept) _swept = time;
            foreach (EntityAligner entity in _entities.Values) entity.AddClosedWindows(_results);
        }

        // Most items have no result, so this allocates nothing for them.
        private Envelope<AlignedWindow>[] TakeResults()
        {
            if (_results.Count == 0) return [];
            Envelope<AlignedWindow>[] taken = [.. _results];
            _results.Clear();
            return taken;
        }
    }
}
