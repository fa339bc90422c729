using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;

namespace StreamPerceiver.Ingest;

/// <summary>
/// Stage 1: tracks the records of any source. A source gives the intake records, and facts such as the end of a partition. The intake returns runs of
/// envelopes for the graph, offsets that may be committed, partitions to pause, and accounts of all records. The intake has no thread, no clock and no
/// client. One thread calls the intake; any thread may read <see cref="Accounts"/>.
/// </summary>
public sealed partial class Intake
{
    // A run of this size costs little to send. In a longer one, a decoded picture would wait for the others.
    private const int MaxRunRecords = 32;
    private const int MaxRunBytes = 64 << 10;

    private readonly IReadOnlyList<InputSpec> _inputs;
    private readonly IntakeOptions _options;
    private readonly StageCounts _counts;
    private readonly MemoryBudget _budget;
    private readonly Admission _admission;
    private readonly Dictionary<string, int> _inputOf;
    private readonly Queue<Envelope<RawRecord>> _pending = new();
    private long _pendingBytes;

    /// <summary>Makes the intake of a pipeline, without a lane.</summary>
    /// <param name="inputs">The pipeline's inputs, each with a topic of its own.</param>
    /// <param name="options">How far inputs may drift apart, and when one counts as silent.</param>
    /// <param name="counts">Receives the records taken in, rejected and sent.</param>
    /// <param name="budget">The memory budget that the records' bytes are counted against.</param>
    public Intake(IReadOnlyList<InputSpec> inputs, IntakeOptions options, StageCounts counts, MemoryBudget budget)
    {
        (_inputs, _options, _counts, _budget) = (inputs, options, counts, budget);
        _admission = new Admission(inputs, new EventTimeReader(options.MaxFutureNs), counts);
        _inputOf = inputs.Select((spec, i) => (spec.Topic, i)).ToDictionary(x => x.Topic, x => x.i, StringComparer.Ordinal);
    }

    /// <summary>The topics of the inputs, in the order of the inputs.</summary>
    public IReadOnlyList<string> Topics => [.. _inputs.Select(i => i.Topic)];

    /// <summary>Whether the pending run is long enough to be sent before more is read.</summary>
    public bool HasFullRun => _pending.Count >= MaxRunRecords || _pendingBytes >= MaxRunBytes;

    /// <summary>Adds a record of an open lane to the pending run. The offsets of a partition must ascend.</summary>
    /// <param name="record">The record.</param>
    /// <param name="now">The time on the source's clock.</param>
    /// <exception cref="StreamPerceiverException">The record's topic is no input of the pipeline.</exception>
    public void TakeRecord(SourceRecord record, TimeSpan now)
    {
        if (!_inputOf.TryGetValue(record.Topic, out int input))
            throw new StreamPerceiverException($"{record}: not an input of the pipeline, expected one of {string.Join(", ", Topics)}");
        Lane lane = _lanes[record.Partition];
        RecordAck ack = Track(lane, input, record.Offset);
        Envelope<RawRecord> admitted = _admission.Admit(record, input, ack);
        if (admitted.Value is { } raw)
        {
            lane.Gate.OnRecord(input, raw.Time);
            lane.Silence.OnRecord(input, raw.Time, now);

            // The notice shares the record's ack: the offset where a restart begins must be stored before the record is settled.
            if (lane.Lookback.OnRecord(input, record.Offset, raw.Time))
            {
                var begin = new LookbackMoved(lane.Number, record.Topic, record.Offset, new EventTime(long.MinValue));
                _pending.Enqueue(Envelope<RawRecord>.OfNotice(begin, ack.Retain()));
            }
        }

        _pending.Enqueue(admitted);
        _pendingBytes += record.Value?.Length ?? 0;
    }

    /// <summary>Notes that a partition of an open lane was read to its end.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="offset">The end offset: one more than the offset of its last record.</param>
    public void NoteEnd(SourcePartition partition, long offset)
    {
        Lane lane = _lanes[partition.Number];
        lane.Gate.OnEnd(_inputOf[partition.Topic]);
        lane.Silence.OnEnd(_inputOf[partition.Topic], offset);
        lock (_gate) lane.Ledgers[_inputOf[partition.Topic]].NoteEnd(offset);
    }

    /// <summary>
    /// Returns the inputs that seem silent. The source must check that their partitions still end at the same offset, and then confirm the silence.
    /// </summary>
    /// <param name="now">The time on the source's clock.</param>
    public IReadOnlyList<SilentInput> SilentInputs(TimeSpan now) =>
    [
        .. from lane in _lanes.Values
           from candidate in lane.Silence.Candidates(now)
           let partition = new SourcePartition(_inputs[candidate.Input].Topic, lane.Number)
           select new SilentInput(partition, candidate.End, new SilenceConfirmed(lane.Number, candidate.Input, candidate.Since, candidate.AsOf)),
    ];

    /// <summary>Notes that an input is silent, so that alignment does not wait for it.</summary>
    /// <param name="notice">The input, and the event times for which its silence is confirmed.</param>
    public void ConfirmSilence(SilenceConfirmed notice)
    {
        Lane lane = _lanes[notice.Lane];
        lane.Silence.OnSilenceConfirmed(notice.Input, notice.AsOf);
        lane.Lookback.OnSilenceConfirmed(notice.Input, notice.AsOf);
        lane.Gate.OnSilenceConfirmed(notice.Input, notice.AsOf);
        _pending.Enqueue(Envelope<RawRecord>.OfNotice(notice));
    }

    /// <summary>Notes that no record follows in any lane: all inputs count as silent.</summary>
    public void ConfirmAllSilent()
    {
        foreach (Lane lane in _lanes.Values)
            for (int input = 0; input < _inputs.Count; input++)
                ConfirmSilence(new SilenceConfirmed(lane.Number, input, lane.Silence.First, lane.Silence.Last));
    }

    /// <summary>Removes the pending run and returns it, in order. Call <see cref="CountSent"/> once the graph has taken it.</summary>
    public Envelope<RawRecord>[] TakeRun()
    {
        Envelope<RawRecord>[] run = [.. _pending];
        _pending.Clear();
        _pendingBytes = 0;
        return run;
    }

    /// <summary>Counts the records of a run that the graph has taken.</summary>
    public void CountSent(IEnumerable<Envelope<RawRecord>> run)
    {
        foreach (Envelope<RawRecord> sent in run)
            if (sent.Value is not null)
                _counts.CountOut();
    }
}
