using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Recordings.Explain;

/// <summary>Collects from alignment all that concerns one window. What it keeps does not grow with the recording, but for the starts of windows.</summary>
/// <param name="pipeline">The pipeline.</param>
/// <param name="entity">The entity.</param>
/// <param name="start">The first instant of the window.</param>
internal sealed class WindowObserver(PipelineDefinition pipeline, string entity, EventTime start) : IAlignObserver
{
    /// <summary>Most entities that a message names.</summary>
    public const int MostEntities = 20;

    // More points of the watermarks than this are thinned.
    private const int MostPoints = 20_000;

    private readonly IReadOnlyList<InputSpec> _inputs = pipeline.Inputs;
    private readonly long _number = start.Nanoseconds / pipeline.Align.Plan.HopNs;
    private readonly EventTime _end = start + pipeline.Align.Plan.SizeNs;
    private readonly Dictionary<(int Input, long Offset), Arrival> _versions = []; // of tables
    private readonly List<SampleMark> _marks = [];
    private readonly List<WatermarkPoint> _points = [];
    private int? _lane;
    private EventTime[]? _passed;
    private Arrival? _record;
    private int _input;
    private (long Order, EventTime Received) _now;

    /// <summary>The records that were read, and are not aligned yet.</summary>
    public ArrivalLog Arrivals { get; } = new();

    /// <summary>Entities of the recording, the first of them.</summary>
    public SortedSet<string> Entities { get; } = new(StringComparer.Ordinal);

    /// <summary>The starts of the entity's windows.</summary>
    public List<EventTime> Starts { get; } = [];

    /// <summary>How far the inputs of the entity have come; null: the entity has no record.</summary>
    public IReadOnlyList<EventTime>? Passed => _passed;

    /// <summary>The window; null: it has not closed.</summary>
    public ClosedWindow? Window { get; private set; }

    /// <summary>What let the window close.</summary>
    public ClosingItem? Closing { get; private set; }

    /// <summary>The samples and rejected records in the window, and shortly before and after it.</summary>
    public IReadOnlyList<SampleMark> Marks => _marks;

    /// <summary>The watermarks around the window.</summary>
    public IReadOnlyList<WatermarkPoint> Watermarks => _points;

    /// <summary>Finds the arrival of a table's value.</summary>
    public Arrival VersionOf(int input, long offset) => _versions[(input, offset)];

    /// <inheritdoc/>
    public bool Observes(int lane, string name)
    {
        if (Entities.Count < MostEntities) Entities.Add(name);
        return name == entity && (_lane ??= lane) == lane;
    }

    /// <inheritdoc/>
    public void OnItem(Envelope<MediaSample> item)
    {
        if (item.Value is { } sample)
        {
            _input = sample.Stream.Input;
            Note(Arrivals.Find(_inputs[_input].Topic, sample.Stream.Lane, sample.Offset));
            if (_inputs[_input].IsTable && sample.Stream.Entity == entity) _versions[(_input, sample.Offset)] = _record!;
        }
        else if (item.Notice is ReadToEnd read)
        {
            (_input, _record) = (read.Input, null);
        }
        else if (item.Notice is Rejection rejection)
        {
            OnRejected(rejection);
        }
    }

    /// <inheritdoc/>
    public void OnSample(MediaSample sample, SampleWindows windows, EventTime passed)
    {
        bool belongs = windows.First <= _number && _number <= windows.Last;
        if (!belongs && !IsNear(sample.Time, sample.End)) return;
        SampleState state = windows.IsLateFor(_number) ? SampleState.Late : belongs ? SampleState.Unused : SampleState.Outside;
        string input = _inputs[sample.Stream.Input].Name;
        string? detail = state != SampleState.Late ? null
            : $"{input} had passed {passed}, and this window ends at {_end}; it "
                + (Window is null ? "was still open, as it waited for other inputs" : "had closed");
        _marks.Add(new SampleMark(sample.Stream.Input, _record!, sample.Index, sample.Time, sample.DurationNs, state, detail));
    }

    /// <inheritdoc/>
    public void OnWindow(ClosedWindow window)
    {
        Starts.Add(window.Header.Start);
        if (window.Header.Start != start) return;
        string[] waitedFor = [.. _inputs.Where((_, i) => _passed is null || _passed[i] < _end).Select(input => input.Name)];
        (Window, Closing) = (window, new ClosingItem(_inputs[_input].Name, _record, _now.Order, waitedFor));
    }

    /// <inheritdoc/>
    public void OnProgress(int lane, string name, IReadOnlyList<EventTime> passed)
    {
        EventTime[] now = [.. passed];
        if (_passed is not null && now.AsSpan().SequenceEqual(_passed)) return;
        bool isDone = _passed?.Min() >= _end + ReachNs;
        _passed = now;
        if (isDone) return;
        _points.Add(new WatermarkPoint(_now.Order, _now.Received, [.. now.Select(p => p == EventTime.None ? (EventTime?)null : p)]));
        while (_points.Count > 1 && _points[1].Passed.All(p => p < start - pipeline.Align.Plan.SizeNs)) _points.RemoveAt(0);
        if (_points.Count <= MostPoints) return;
        for (int i = _points.Count - 2; i > 0; i -= 2) _points.RemoveAt(i);
    }

    // What a picture shows behind the window: as far as others go on until an input counts as silent, and two windows at most.
    private long ReachNs
        => Math.Min(2 * pipeline.Align.Plan.SizeNs, pipeline.Align.IdleAfterNs + pipeline.Align.OutOfOrdernessNs + pipeline.Align.Plan.SizeNs / 4);

    private bool IsNear(EventTime from, EventTime to) => to > start - pipeline.Align.Plan.SizeNs / 4 && from < _end + ReachNs;

    private void Note(Arrival arrival) => (_record, _now) = (arrival, (arrival.Order, arrival.Received));

    // Where the event time is not known, Kafka's timestamp tells whether the record may have been one of the window.
    private void OnRejected(Rejection rejection)
    {
        SourceRecord record = rejection.Record;
        Arrival arrival = Arrivals.Find(record.Topic, record.Partition, record.Offset);
        if ((rejection.Placed?.Stream.Entity ?? EntityKey.Read(record.Key, pipeline.Keys, out _)) != entity) return;
        Note(arrival);
        EventTime time = rejection.Placed?.Time ?? EventTime.FromUnixMilliseconds(record.TimestampMs);
        if (!IsNear(time, time + 1)) return;
        int input = rejection.Placed?.Stream.Input ?? _inputs.Index().First(i => i.Item.Topic == record.Topic).Index;
        string placed = rejection.Placed is null ? "; its event time is not known, and Kafka's timestamp stands for it" : "";
        SampleState state = time >= start && time < _end ? SampleState.Rejected : SampleState.Outside;
        _marks.Add(new SampleMark(input, arrival, 0, time, 1, state, $"{rejection.Reason} in {rejection.Stage}: {rejection.Detail}{placed}"));
    }
}

/// <summary>A sample as the observer keeps it.</summary>
internal sealed record SampleMark(int Input, Arrival Record, int Index, EventTime Time, long DurationNs, SampleState State, string? Detail);
