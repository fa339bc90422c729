using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Sensor;

namespace StreamPerceiver.TestKit;

/// <summary>
/// An aligner fed from drawings. A tick is a millisecond; in what goes in, a letter is a record of the entity of that name; in what comes out,
/// an <c>x</c> is a step with data. <c>Read(0, "a..b")</c>: input 0 has a record of entity a at 0 ms, and one of b at 3 ms.
/// </summary>
public sealed class Timeline
{
    private readonly List<Envelope<AlignedWindow>> _windows = [];
    private readonly List<RecordAck>[] _acks;
    private readonly LaneHold _lane;
    private EventTime _laneStart = new(long.MaxValue);
    private EventTime _laneTime;
    private StreamAligner? _aligner;

    /// <summary>Inputs, each a sensor with a step every tick.</summary>
    public Timeline(params IReadOnlyList<SensorSpec> inputs)
        => (Inputs, _acks, _lane) = (inputs, inputs.Select(_ => new List<RecordAck>()).ToArray(), new LaneHold(Memory));

    public IReadOnlyList<SensorSpec> Inputs { get; }

    /// <summary>What samples and windows keep alive.</summary>
    public MemoryBudget Memory { get; } = new(1 << 30);

    /// <summary>Ticks of a window.</summary>
    public long Size { get; init; } = 5;

    /// <summary>Ticks from one window to the next.</summary>
    public long Hop { get; init; } = 5;

    /// <summary>Ticks that a record may come behind another of its entity and input.</summary>
    public long OutOfOrder { get; init; }

    /// <summary>Ticks of silence that make an input idle.</summary>
    public long IdleAfter { get; init; } = 20;

    /// <summary>Windows that could not be published.</summary>
    public long Skipped => Aligner.SkippedWindows;

    /// <summary>Every window that came out, such as <c>a@5 x..x. ..x..</c>: entity, start, and for each input the steps with data.</summary>
    public IReadOnlyList<string> Windows => _windows.Select(w => Draw(w.Value!)).ToArray();

    /// <summary>The windows to the last value.</summary>
    public IReadOnlyList<string> Details => _windows.Select(w => Detail(w.Value!)).ToArray();

    /// <summary>Headers of the windows.</summary>
    public IReadOnlyList<WindowHeader> Headers => _windows.Select(w => w.Value!.Header).ToArray();

    private StreamAligner Aligner
    {
        get
        {
            if (_aligner is not null) return _aligner;
            _aligner = new StreamAligner(Inputs, new AlignOptions(new WindowPlan(Size * Some.Ms, Hop * Some.Ms), OutOfOrder * Some.Ms, IdleAfter * Some.Ms));
            Open([]);
            return _aligner;
        }
    }

    /// <summary>What became of an input's records, a letter each in the order of reading: Used, Late, Skipped, or <c>.</c> for held.</summary>
    public string Outcomes(int input) => string.Concat(_acks[input].Select(a => a.Settled is { } outcome ? outcome.ToString()[0] : '.'));

    /// <summary>Records of an input, read in the order of the drawing; <c>!</c>: it has no more to say up to where the lane is now.</summary>
    public Timeline Read(int input, string drawing, long from = 0)
    {
        for (int tick = 0; tick < drawing.Length; tick++)
        {
            if (drawing[tick] == '!') Feed(Envelope<MediaSample>.News(new InputCaughtUp(0, input, _laneStart, _laneTime)));
            else if (drawing[tick] != '.') Read(input, drawing[tick].ToString(), Some.At(from + tick), 1);
        }

        return this;
    }

    /// <summary>A record of an input that lasts.</summary>
    public Timeline Read(int input, string entity, EventTime time, long durationNs)
    {
        if (time > _laneTime) _laneTime = time;
        if (time < _laneStart) _laneStart = time;
        var ack = new RecordAck(_acks[input].Count, _lane);
        _acks[input].Add(ack);
        var reading = new SensorReading(new StreamKey(0, entity, input), time, ack.Offset, [ack.Offset]) { DurationNs = durationNs };
        Feed(Envelope<MediaSample>.Of(reading, ack));
        return this;
    }

    /// <summary>The lane begins; of these entities, windows up to a tick are out.</summary>
    public Timeline Open(Dictionary<string, long> emittedThrough)
    {
        Feed(Envelope<MediaSample>.News(new LaneOpened(0, emittedThrough.ToDictionary(e => e.Key, e => Some.At(e.Value)))));
        return this;
    }

    /// <summary>The lane goes elsewhere.</summary>
    public Timeline Close()
    {
        Feed(Envelope<MediaSample>.News(new LaneClosed(0)));
        return this;
    }

    /// <summary>All windows that are out are published.</summary>
    public Timeline Publish()
    {
        foreach (Envelope<AlignedWindow> window in _windows) window.Ack!.Release(Outcome.Used);
        return this;
    }

    private void Feed(Envelope<MediaSample> item) => _windows.AddRange(Aligner.Accept(item));

    private static string Draw(AlignedWindow window)
        => $"{window.Header.Entity}@{window.Header.Start.Nanoseconds / Some.Ms} {string.Join(' ', window.Inputs.Select(i => Draw((AlignedSeries)i)))}";

    private static string Detail(AlignedWindow window)
        => $"{Draw(window)} {string.Join(' ', window.Header.Inputs.Select(i => $"{i.Coverage:F3}/{i.StalenessNs}"))} "
            + string.Join(' ', window.Inputs.SelectMany(i => ((AlignedSeries)i).Values));

    private static string Draw(AlignedSeries series) => string.Concat(series.Filled.Select(f => f ? 'x' : '.'));
}
