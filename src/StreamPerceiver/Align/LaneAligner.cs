using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;

namespace StreamPerceiver.Align;

/// <summary>Aligns the entities of one lane.</summary>
internal sealed class LaneAligner
{
    private readonly int _lane;
    private readonly IReadOnlyList<InputSpec> _inputs;
    private readonly AlignOptions _options;
    private readonly WrongClocks _wrongClocks;
    private readonly Action _windowSkipped;
    private readonly IAlignObserver? _observer;
    private readonly Dictionary<string, EntityAligner> _entities = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EventTime> _emittedBefore; // entities without a record since the restart
    private readonly PartitionProgress[] _partitions; // that of a table has no record, and moves with the others
    private readonly TableVersions?[] _tables;
    private readonly SilenceMarks[] _marks;
    private readonly AgreedTime _agreed; // of all inputs together
    private readonly List<(int Mark, EventTime Agreed)> _course = [];
    private readonly List<Envelope<AlignedWindow>> _results = []; // results of the current item
    private EventTime _forgotten = EventTime.None;
    private int _mark;

    /// <param name="opened">The lane, and what earlier runs have stored of it.</param>
    /// <param name="inputs">The pipeline's inputs.</param>
    /// <param name="options">Windows and watermarks.</param>
    /// <param name="wrongClocks">Receives the entities whose clocks differ from those of the others.</param>
    /// <param name="windowSkipped">Called for every window that closes and is not emitted.</param>
    /// <param name="observer">Learns of the samples and windows; null: none.</param>
    public LaneAligner(
        LaneOpened opened, IReadOnlyList<InputSpec> inputs, AlignOptions options, WrongClocks wrongClocks, Action windowSkipped, IAlignObserver? observer)
    {
        (_lane, _inputs, _options, _wrongClocks, _windowSkipped, _observer) = (opened.Lane, inputs, options, wrongClocks, windowSkipped, observer);
        _emittedBefore = new(opened.EmittedThrough, StringComparer.Ordinal);
        _partitions = inputs.Select((input, i) => new PartitionProgress(options, input.IsTable ? null : opened.Clocks[i])).ToArray();
        _tables = inputs.Select(input => input.IsTable ? new TableVersions() : null).ToArray();
        _marks = new SilenceMarks[inputs.Count];
        _agreed = new AgreedTime(options.AgreedStepNs, options.LeastSamples);
        foreach ((string entity, EventTime latest) in opened.Clocks.SelectMany(state => state?.Latest ?? [])) _agreed.OnSample(entity, latest);
    }

    /// <summary>Takes a sample. Returns the windows that it closes and the notices for the next stage.</summary>
    public Envelope<AlignedWindow>[] Accept(MediaSample sample, RecordAck ack)
    {
        string name = sample.Stream.Entity;
        int input = sample.Stream.Input;
        if (_tables[input] is { } table)
        {
            table.Add(sample.Source is null ? sample : sample with { Source = null }, FirstEnd(name), ack.Lane);
            ack.Release(ack.IsLookback ? Outcome.Skipped : Outcome.Used);
            return [];
        }

        if (!_entities.TryGetValue(name, out EntityAligner? entity))
        {
            EventTime? emitted = _emittedBefore.Remove(name, out EventTime end) ? end : null;
            entity = new EntityAligner(_lane, name, _inputs, _options, _partitions, _tables, emitted, _windowSkipped, _observer);
            _entities.Add(name, entity);
        }

        // The notice shares the record's ack: where a restart begins must be stored before the first record is settled.
        if (_partitions[input].OnRecord(ack.Offset) is { } start) Store(input, start, ack.Retain());
        if (!ack.IsLookback && _partitions[input].Ahead(sample.Time) is { } ahead) _wrongClocks.Note(_lane, input, name, ack.Offset, ahead);
        if (entity.Accept(sample, ack, _mark) is { } late) _results.Add(late);
        _agreed.OnSample(name, sample.Time);
        if (_partitions[input].OnSample(name, sample.Time, ack.IsLookback, _mark)) AddClosedWindows();
        else entity.AddClosedWindows(_results);
        return TakeResults();
    }

    /// <summary>Notes a moment on the source's clock.</summary>
    public void OnMarked(int number)
    {
        _mark = number;
        int needed = _marks.Min(m => m.BeforeTheWait);
        _course.RemoveAll(c => c.Mark < needed);
        _course.Add((number, _agreed.Now));
    }

    /// <summary>Notes that a partition was read to its end. Returns the windows that close.</summary>
    public Envelope<AlignedWindow>[] OnReadToEnd(ReadToEnd read, Ack ack)
    {
        _marks[read.Input] = read.Marks;
        int laneMark = _course.FindLastIndex(c => c.Mark <= read.Marks.BeforeTheWait);
        if (laneMark >= 0 && _partitions[read.Input].OnReadToEnd(_course[laneMark].Agreed, read.Marks) is { } start && !_inputs[read.Input].IsTable)
            Store(read.Input, start, ack);
        int needed = _marks.Min(m => m.BeforeTheWait), flush = _marks.Min(m => m.BeforeTheFlush);
        foreach (EntityAligner entity in _entities.Values)
        {
            entity.OnReadToEnd(read.Input, read.Marks);
            entity.ForgetMarksBefore(needed);
        }

        AddClosedWindows();
        if (flush > 0)
            foreach (EntityAligner entity in _entities.Values)
                entity.FlushIfQuietSince(flush, _results);
        return TakeResults();
    }

    /// <summary>Notes a commit. Returns where a restart now begins, and the entities that it need not know.</summary>
    public Envelope<AlignedWindow>[] OnCommitted(OffsetCommitted committed, Ack ack)
    {
        if (_inputs[committed.Input].IsTable) return [];
        if (_partitions[committed.Input].OnCommitted(committed.Before, committed.All) is { } start) Store(committed.Input, start, ack);
        EventTime passed = _partitions.Where((_, i) => !_inputs[i].IsTable).Min(p => p.PassedByAllAtRestart);
        if (passed == EventTime.None || (_forgotten != EventTime.None && passed - _forgotten < _options.LookbackNs / 8)) return TakeResults();
        _forgotten = passed;
        string[] silent =
        [
            .. _entities.Where(e => e.Value.IsSilentSince(passed)).Select(e => e.Key),
            .. _emittedBefore.Where(e => e.Value <= passed).Select(e => e.Key),
        ];
        foreach (string entity in silent)
        {
            _entities.Remove(entity);
            _emittedBefore.Remove(entity);
            _results.Add(Envelope<AlignedWindow>.OfNotice(new EntityForgotten(_lane, entity), ack));
        }

        return TakeResults();
    }

    private EventTime FirstEnd(string entity)
        => _entities.TryGetValue(entity, out EntityAligner? aligner) ? aligner.FirstEnd
            : _emittedBefore.TryGetValue(entity, out EventTime emitted) ? _options.Plan.End(_options.Plan.FirstEndingAfter(emitted))
            : EventTime.None;

    private void Store(int input, RestartPoint start, Ack ack)
        => _results.Add(Envelope<AlignedWindow>.OfNotice(new RestartMoved(_lane, _inputs[input].Topic, _inputs[input].StreamName, start), ack));

    // An entity's windows can close without a record of its own.
    private void AddClosedWindows()
    {
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
