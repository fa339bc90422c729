using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Schemas;

namespace StreamPerceiver.Ingest;

/// <summary>
/// Stage 1: tracks the records of any source. A source gives the intake records, and facts such as the end of a partition. The intake returns runs of
/// envelopes for the graph, offsets that may be committed, partitions to pause, and accounts of all records. The intake has no thread, no clock and no
/// client. One thread calls the intake; any thread may read <see cref="Accounts"/>.
/// </summary>
public sealed partial class Intake
{
    // A run of this size costs little to send. In a longer one, a decoded picture would wait for the others. Bytes are
    // those that records take while they are decoded.
    private const int MaxRunRecords = 32;
    private const int MaxRunBytes = 512 << 10;

    private readonly IReadOnlyList<InputSpec> _inputs;
    private readonly IntakeOptions _options;
    private readonly StageCounts _counts;
    private readonly MemoryBudget _budget;
    private readonly ILaneLoad? _load;
    private readonly Admission _admission;
    private readonly IReadOnlyList<TopicInputs> _topics;
    private readonly Dictionary<string, int> _topicOf;
    private readonly Queue<Envelope<RawRecord>> _pending = new();
    private readonly EventTimeReader _times;
    private long _pendingBytes;
    private long _futureRecords;
    private KeyPlacement? _placement;

    /// <summary>Makes the intake of a pipeline, without a lane.</summary>
    /// <param name="inputs">The pipeline's inputs, each with a topic or a part of one.</param>
    /// <param name="options">How far inputs may drift apart, and when one counts as silent.</param>
    /// <param name="counts">Receives the records taken in, rejected and sent.</param>
    /// <param name="budget">The memory budget that the records' bytes are counted against.</param>
    /// <param name="load">Which lanes wait for a slow record; null (default): none.</param>
    /// <param name="schemas">Finds a schema of a registry by its id, and waits for it (default: there is no registry).</param>
    public Intake(
        IReadOnlyList<InputSpec> inputs, IntakeOptions options, StageCounts counts, MemoryBudget budget, ILaneLoad? load = null,
        Func<int, RegisteredSchema?>? schemas = null)
    {
        (_inputs, _options, _counts, _budget, _load) = (inputs, options, counts, budget, load);
        _times = new EventTimeReader(inputs, options.MaxFutureNs, schemas);
        _admission = new Admission(inputs, _times, counts, options.Keys, budget.MostDecodingBytes);
        _topics = TopicInputs.Of(inputs);
        _topicOf = _topics.Select((of, i) => (of.Topic, i)).ToDictionary(x => x.Topic, x => x.i, StringComparer.Ordinal);
    }

    /// <summary>Receives each event before it takes effect, with <see cref="Clock"/>; null (default): none. It must not block.</summary>
    public Action<IntakeEvent, EventTime?>? Log { get; init; }

    /// <summary>The time of day, which a source may set before it gives records; null (default): it is not known, and no record is too early for it.</summary>
    public EventTime? Clock { get; set; }

    /// <summary>Records that were rejected because their times are in the future. Thread-safe.</summary>
    public long FutureRecords => _times.FutureRecords + Volatile.Read(ref _futureRecords);

    /// <summary>How many event times were taken from each kind of place, by input. Thread-safe.</summary>
    public IReadOnlyList<(string Input, EventTimeKind Kind, long Count)> EventTimes => _times.Taken;

    /// <summary>The topics of the inputs, in the order of the first input of each.</summary>
    public IReadOnlyList<string> Topics => [.. _topics.Select(of => of.Topic)];

    /// <summary>Returns whether a topic is a table: read from its beginning at every start, and compacted, so that it has no lost records.</summary>
    public bool IsTable(string topic) => _topics[_topicOf[topic]].IsTable;

    /// <summary>Whether the pending run is long enough to be sent before more is read.</summary>
    public bool HasFullRun => _pending.Count >= MaxRunRecords || _pendingBytes >= Math.Min(MaxRunBytes, _budget.MostDecodingBytes);

    /// <summary>Has the intake hold that each entity is in one lane. Without this call, keys may be in any partition.</summary>
    /// <param name="partitions">The partition count of each input's topic.</param>
    /// <param name="progressTopic">The topic of the progress, for messages.</param>
    public void RequireOneLaneAnEntity(int partitions, string progressTopic)
    {
        Log?.Invoke(new PlacementRequired(partitions, progressTopic), Clock);
        _placement = new KeyPlacement(_inputs, partitions, progressTopic);
    }

    /// <summary>Adds a record of an open lane to the pending run. The offsets of a partition must ascend.</summary>
    /// <param name="record">The record.</param>
    /// <exception cref="StreamPerceiverException">The record's topic is no input of the pipeline.</exception>
    /// <exception cref="LayoutException">The inputs are not keyed the same way.</exception>
    public void TakeRecord(SourceRecord record)
    {
        if (!_topicOf.TryGetValue(record.Topic, out int topic))
            throw new StreamPerceiverException($"{record}: not an input of the pipeline, expected one of {string.Join(", ", Topics)}");
        Log?.Invoke(new RecordRead(record), Clock);
        Lane lane = _lanes[record.Partition];
        int place = _topics[topic].PlaceOf(record, out string? unknown);
        if (unknown is not null) Enqueue(_admission.Refuse(unknown, record, Track(lane, topic, 0, record.Offset)));
        else if (place >= 0 && record.Offset >= lane.Begins[topic][place]) TakeRecordOf(_topics[topic].Inputs[place], lane, topic, place, record);
        else PassOver(lane, topic, record.Offset);
        lane.Silence.OnRecord(topic, record.Offset);
        NoteReadToEnd(lane, topic);
    }

    private void TakeRecordOf(int input, Lane lane, int topic, int place, SourceRecord record)
    {
        RecordAck ack = Track(lane, topic, place, record.Offset);
        Envelope<RawRecord> admitted = _admission.Admit(record, input, ack);
        if (admitted.Value is { } placed && _placement?.Problem(placed.Stream, record) is { } problem)
            admitted = _admission.Reject(RejectionReason.WrongPartition, problem, record, ack);
        if (admitted.Value is { } timed && FutureProblem(lane, topic, timed) is { } future)
        {
            Interlocked.Increment(ref _futureRecords);
            admitted = _admission.Reject(RejectionReason.BadEventTime, future, record, ack);
        }
        if (admitted.Value is { } raw && !_topics[topic].IsTable) lane.Gate.OnRecord(topic, raw.Stream.Entity, raw.Time);

        Enqueue(admitted);
    }

    private void Enqueue(Envelope<RawRecord> admitted)
    {
        _pending.Enqueue(admitted);
        _pendingBytes += ((RecordAck)admitted.Ack!).InFlightBytes;
    }

    // A time that neither the clock nor the other entities have reached. After a pause of all entities only the clock knows better, so both are asked.
    private string? FutureProblem(Lane lane, int topic, RawRecord record)
    {
        if (Clock is not { } now || record.Time - now + _inputs[record.Stream.Input].MaxSpanNs <= _options.MaxFutureNs) return null;
        if (lane.Gate.TimeOfOthers(topic, record.Stream.Entity) is not { } others) return null;
        EventTime latest = (others > now ? others : now) + _options.MaxFutureNs;
        if (latest < record.Latest) record.Latest = latest;
        if (record.Time <= latest) return null;
        return $"event time is {record.Time}, expected {latest} at most, by this worker's clock, the partition's other entities and maxFutureMs";
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
