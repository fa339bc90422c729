using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Sensor;

namespace StreamPerceiver.TestKit;

/// <summary>
/// An aligner whose records and windows are drawn as text. A tick is a millisecond. In a drawing of records, a letter is a record of the entity with that name.
/// In a drawing of a window, an <c>x</c> is a step with data. <c>Read(0, "a..b")</c>: input 0 has a record of entity a at 0 ms, and one of b at 3 ms.
/// </summary>
public sealed class Timeline
{
    private readonly List<Envelope<AlignedWindow>> _windows = [];
    private readonly List<RecordAck>[] _acks;
    private readonly LaneLease _lane;
    private int _mark;
    private StreamAligner? _aligner;

    /// <summary>Makes a timeline of sensor inputs, each with a step every tick.</summary>
    public Timeline(params IReadOnlyList<SensorSpec> inputs)
        => (Inputs, _acks, _lane) = (inputs, inputs.Select(_ => new List<RecordAck>()).ToArray(), new LaneLease(Memory));

    public IReadOnlyList<SensorSpec> Inputs { get; }

    /// <summary>The bytes that samples and windows keep alive.</summary>
    public MemoryBudget Memory { get; } = new(1 << 30);

    /// <summary>Length of a window, in ticks (default: 5).</summary>
    public long Size { get; init; } = 5;

    /// <summary>Time from the start of a window to the start of the next, in ticks (default: 5).</summary>
    public long Hop { get; init; } = 5;

    /// <summary>How far a record may be behind another one of its entity and input, in ticks (default: 0).</summary>
    public long OutOfOrder { get; init; }

    /// <summary>How long a silence makes an input idle, in ticks (default: 20).</summary>
    public long IdleAfter { get; init; } = 20;

    /// <summary>How far an entity may be behind the others, in ticks (default: 0, any distance).</summary>
    public long EntityIdleAfter { get; init; }

    /// <summary>Windows that closed and were not emitted.</summary>
    public long Skipped => Aligner.SkippedWindows;

    /// <summary>The emitted windows, drawn such as <c>a@5 x..x. ..x..</c>: entity, start, and for each input the steps with data.</summary>
    public IReadOnlyList<string> Windows => _windows.Select(w => Draw(w.Value!)).ToArray();

    /// <summary>The emitted windows with coverage, staleness and all values.</summary>
    public IReadOnlyList<string> Details => _windows.Select(w => Detail(w.Value!)).ToArray();

    /// <summary>The headers of the emitted windows.</summary>
    public IReadOnlyList<WindowHeader> Headers => _windows.Select(w => w.Value!.Header).ToArray();

    private StreamAligner Aligner
    {
        get
        {
            if (_aligner is not null) return _aligner;
            var plan = new WindowPlan(Size * Some.Ms, Hop * Some.Ms);
            var options = new AlignOptions(plan, OutOfOrder * Some.Ms, IdleAfter * Some.Ms, EntityIdleAfter * Some.Ms) { LeastSamples = 0 };
            _aligner = new StreamAligner(Inputs, options);
            Open([]);
            return _aligner;
        }
    }

    /// <summary>Returns the outcomes of an input's records, a letter for each: Used, Late, Skipped, or <c>.</c> for unsettled.</summary>
    public string Outcomes(int input) => string.Concat(_acks[input].Select(a => a.Settled is { } outcome ? outcome.ToString()[0] : '.'));

    /// <summary>
    /// Reads records of an input in the order of a drawing. A <c>!</c> means that the input's partition has no unread record, for the idle time on the clock;
    /// a <c>#</c>, that it is so for the time to flush.
    /// </summary>
    public Timeline Read(int input, string drawing, long from = 0)
    {
        for (int tick = 0; tick < drawing.Length; tick++)
        {
            if (drawing[tick] is '!' or '#')
            {
                Feed(Envelope<MediaSample>.OfNotice(new LaneMarked(0, ++_mark)));
                var marks = new SilenceMarks(_mark, _mark, drawing[tick] == '#' ? _mark : 0);
                Feed(Envelope<MediaSample>.OfNotice(new ReadToEnd(0, input, marks), new LaneAck(_lane)));
            }
            else if (drawing[tick] != '.') Read(input, drawing[tick].ToString(), Some.At(from + tick), 1);
        }

        return this;
    }

    /// <summary>Reads a record of an input with a duration.</summary>
    public Timeline Read(int input, string entity, EventTime time, long durationNs)
    {
        var ack = new RecordAck(_acks[input].Count, _lane);
        _acks[input].Add(ack);
        var reading = new SensorReading(new StreamKey(0, entity, input), time, ack.Offset, [ack.Offset]) { DurationNs = durationNs };
        Feed(Envelope<MediaSample>.OfValue(reading, ack));
        return this;
    }

    /// <summary>Opens the lane. The windows of some entities are already published, each up to a tick.</summary>
    public Timeline Open(Dictionary<string, long> emittedThrough)
    {
        Feed(Envelope<MediaSample>.OfNotice(new LaneOpened(0, emittedThrough.ToDictionary(e => e.Key, e => Some.At(e.Value)), new ClockState?[Inputs.Count])));
        return this;
    }

    /// <summary>Closes the lane, as after a revocation.</summary>
    public Timeline Close()
    {
        Feed(Envelope<MediaSample>.OfNotice(new LaneClosed(0)));
        return this;
    }

    /// <summary>Publishes all emitted windows: their records settle as used.</summary>
    public Timeline Publish()
    {
        foreach (Envelope<AlignedWindow> window in _windows) window.Ack!.Release(Outcome.Used);
        return this;
    }

    private void Feed(Envelope<MediaSample> item)
    {
        foreach (Envelope<AlignedWindow> result in Aligner.Accept(item))
        {
            if (result.Notice is RestartMoved) result.Ack!.Release(Outcome.Skipped); // as the last stage does once it is stored
            else _windows.Add(result);
        }
    }

    private static string Draw(AlignedWindow window)
        => $"{window.Header.Entity}@{window.Header.Start.Nanoseconds / Some.Ms} {string.Join(' ', window.Inputs.Select(i => Draw((AlignedSeries)i)))}";

    private static string Detail(AlignedWindow window)
        => $"{Draw(window)} {string.Join(' ', window.Header.Inputs.Select(i => $"{i.Coverage:F3}/{i.StalenessNs}"))} "
            + string.Join(' ', window.Inputs.SelectMany(i => ((AlignedSeries)i).Values));

    private static string Draw(AlignedSeries series) => string.Concat(series.Filled.Select(f => f ? 'x' : '.'));
}
