using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;

namespace StreamPerceiver.Align;

/// <summary>
/// Builds the windows of one entity. A window closes when every input has passed its end. What an input adds to a window depends only on the order of that
/// input's own partition. So every interleaving of the inputs gives the same windows.
/// </summary>
internal sealed partial class EntityAligner
{
    private readonly int _lane;
    private readonly string _entity;
    private readonly IReadOnlyList<InputSpec> _inputs;
    private readonly AlignOptions _options;
    private readonly Action _windowSkipped;
    private readonly IAlignObserver? _observer;
    private readonly HeldSamples[] _held;
    private readonly IReadOnlyList<TableVersions?> _tables;
    private readonly InputProgress[] _progress;
    private readonly EntityCourse _course = new();
    private readonly long _restored;
    private readonly long _windowBytes;
    private (EventTime After, EventTime Through) _flushed = (EventTime.None, EventTime.None);
    private long _next;

    /// <param name="lane">The lane's partition number.</param>
    /// <param name="entity">The key of the entity's records.</param>
    /// <param name="inputs">The pipeline's inputs.</param>
    /// <param name="options">Windows and watermarks.</param>
    /// <param name="partitions">How far each of the lane's partitions has come, by input.</param>
    /// <param name="tables">The values of the inputs that are tables; null for the others.</param>
    /// <param name="emittedThrough">The end of the entity's last published window, or null.</param>
    /// <param name="windowSkipped">Called for every window that closes and is not emitted.</param>
    /// <param name="observer">Learns of the samples and windows; null: none.</param>
    public EntityAligner(
        int lane, string entity, IReadOnlyList<InputSpec> inputs, AlignOptions options, IReadOnlyList<PartitionProgress> partitions,
        IReadOnlyList<TableVersions?> tables, EventTime? emittedThrough, Action windowSkipped, IAlignObserver? observer)
    {
        _observer = observer?.Observes(lane, entity) == true ? observer : null;
        (_lane, _entity, _inputs, _options, _tables, _windowSkipped) = (lane, entity, inputs, options, tables, windowSkipped);
        _windowBytes = inputs.Sum(i => i.WindowBytes(options.Plan.SizeNs));
        _held = inputs.Select(i => new HeldSamples(options.Plan, i.ReachNs(options.Plan.SizeNs), i.OnlyLatestBefore)).ToArray();
        _progress = partitions.Select(p => new InputProgress(p, p.LatestOf(entity), options)).ToArray();
        foreach (InputProgress progress in _progress)
            if (progress.Latest is { } latest)
                _course.OnSample(mark: 0, latest);
        _next = _restored = emittedThrough is { } end ? options.Plan.FirstEndingAfter(end) : long.MinValue;
    }

    /// <summary>Holds a sample for its windows, or releases its ack. Returns a late record for the late topic, or null.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="ack">The ack of its record.</param>
    /// <param name="mark">The lane's last mark before it.</param>
    public Envelope<AlignedWindow>? Accept(MediaSample sample, RecordAck ack, int mark)
    {
        InputProgress progress = _progress[sample.Stream.Input];
        HeldSamples held = _held[sample.Stream.Input];
        EventTime passed = progress.Passed;
        long first = _options.Plan.FirstEndingAfter(sample.Time);
        long last = held.LastReached(sample);
        long firstOpen = passed.Nanoseconds > 0 ? Math.Max(first, _options.Plan.FirstEndingAfter(passed)) : first;
        if (!ack.IsLookback) _observer?.OnSample(sample, new SampleWindows(first, last, firstOpen), passed);
        progress.OnSample(sample.Time);
        if (last >= first && last < firstOpen && !ack.IsLookback) return ReportLate(sample, ack, passed);
        _course.OnSample(mark, sample.Time); // late ones do not count: after one time far ahead all are late, and nothing would be flushed
        bool isBetweenWindows = last < first; // as the hop is longer: it tells how far the input is until the other inputs are there as well
        if ((isBetweenWindows ? sample.Time < passed : last < firstOpen) || Math.Max(first, last) < _restored || ack.IsLookback)
            ack.Release(Outcome.Skipped); // no window needs it; or its windows were published before a restart
        else
            held.Add(sample.Source is null ? sample : sample with { Source = null }, Math.Max(firstOpen, _restored), ack);
        return null;
    }

    /// <summary>Adds the windows that can close now to a list, in their order.</summary>
    public void AddClosedWindows(List<Envelope<AlignedWindow>> closed)
    {
        CloseWindows(closed);
        _observer?.OnProgress(_lane, _entity, Array.ConvertAll(_progress, p => p.Passed));
    }

    private void CloseWindows(List<Envelope<AlignedWindow>> closed)
    {
        if (IsEmpty) return;
        EventTime passed = PassedByAllInputs;
        while (FirstWindow is { } first)
        {
            long k = Math.Max(_next, first);
            EventTime end = _options.Plan.End(k);
            if (passed < end) return;
            Envelope<AlignedWindow>? window = BuildWindow(k, ReasonToClose(end));
            AdvanceTo(k + 1);
            foreach (InputProgress progress in _progress) progress.ForgetBefore(end);
            if (window is { } built) closed.Add(built);
            else _windowSkipped();
        }

        // The samples still held belong to closed windows. Tolerance may still place some of them in a later one.
        if (passed.Nanoseconds > 0 && _options.Plan.FirstEndingAfter(passed) is var open && open > _next) AdvanceTo(open);
    }

    /// <summary>Notes that an input's partition had no unread record.</summary>
    /// <param name="input">Index of the input.</param>
    /// <param name="marks">The lane's marks for which this is known.</param>
    public void OnReadToEnd(int input, SilenceMarks marks)
    {
        if (_inputs[input].IsTable && _course.ReachedBefore(marks.Latest) is { } reached) _progress[input].PassThrough(reached);
        if (_inputs[input].IsTable || FirstWindow is not { } first) return;
        EventTime open = _options.Plan.Start(Math.Max(_next, first));
        _progress[input].OnReadToEnd(_course.ReachedBefore(marks.BeforeTheWait), _course.ReachedBefore(marks.Latest), open);
    }

    /// <summary>Forgets what no question about this mark or a later one needs.</summary>
    public void ForgetMarksBefore(int mark) => _course.ForgetBefore(mark);

    /// <summary>Closes all windows that have data, if the entity had no sample after a mark, and adds them to a list.</summary>
    public void FlushIfQuietSince(int mark, List<Envelope<AlignedWindow>> closed)
    {
        if (IsEmpty || !_course.IsQuietSince(mark)) return;
        EventTime end = _options.Plan.End(_held.Max(h => h.LastWindow));
        _flushed = (PassedByAllInputs, end);
        foreach (InputProgress progress in _progress) progress.PassThrough(end);
        AddClosedWindows(closed);
        foreach (HeldSamples held in _held) held.Clear(); // what only a window without data of its own could use would hold the offsets
    }

    private EventTime PassedByAllInputs
    {
        get
        {
            EventTime passed = _progress[0].Passed;
            foreach (InputProgress progress in _progress)
                if (progress.Passed < passed)
                    passed = progress.Passed;
            return passed;
        }
    }

    private CloseReason ReasonToClose(EventTime end)
        => end > _flushed.After && end <= _flushed.Through ? CloseReason.Flush
            : Array.Exists(_progress, p => p.PassedInSilence(end)) ? CloseReason.Idle
            : CloseReason.Watermark;

    private long? FirstWindow
    {
        get
        {
            long? first = null;
            foreach (HeldSamples held in _held)
                if (held.FirstWindow is { } window && !(window >= first))
                    first = window;
            return first;
        }
    }

    /// <summary>All windows that are still to come end then or later.</summary>
    public EventTime FirstEnd => _next == long.MinValue ? EventTime.None : _options.Plan.End(_next);

    /// <summary>Whether no sample is held.</summary>
    public bool IsEmpty => Array.TrueForAll(_held, h => h.IsEmpty);

    /// <summary>Returns whether the entity had no record since a time, here or before the restart, and has no open window.</summary>
    public bool IsSilentSince(EventTime time)
        => IsEmpty && (_next == long.MinValue || _options.Plan.End(_next - 1) <= time)
            && Array.TrueForAll(_progress, p => p.Latest is null || p.Latest <= time);

    private void AdvanceTo(long k)
    {
        _next = k;
        foreach (HeldSamples held in _held) held.EvictBefore(k);
    }

    private Envelope<AlignedWindow>? ReportLate(MediaSample sample, RecordAck ack, EventTime passed)
    {
        if (sample.Source is not { } record || !ack.TryMarkReported())
        {
            ack.Release(Outcome.Late);
            return null;
        }

        string detail = $"event time is {sample.Time}, and the input {_inputs[sample.Stream.Input].Name} of {_entity} has passed {passed}";
        var late = new LateRecord(detail, "align", record) { Stream = sample.Stream, Time = sample.Time, Passed = passed };
        return Envelope<AlignedWindow>.OfNotice(late, ack);
    }
}
