using System.Text;
using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.Modalities.Video;
using StreamPerceiver.Tokenise;

namespace StreamPerceiver.Benchmarks;

/// <summary>The time of a record.</summary>
internal sealed class EventTimeParsing : IBenchmark
{
    private readonly byte[] _text = Encoding.UTF8.GetBytes(Records.Time);

    public string Name => "ingest: event time";

    public void Run()
    {
        if (!EventTime.TryParse(_text, out _)) throw new InvalidOperationException($"{Records.Time} is no time");
    }
}

/// <summary>All that is asked of a record before it is let in, and its place in the ledger; released at once.</summary>
internal sealed class AdmissionAndLedger : IBenchmark
{
    private readonly OffsetLedger _ledger = new(new LaneLease(new MemoryBudget(1 << 30)));
    private readonly Admission _admission = new([Records.Sensor], new EventTimeReader([Records.Sensor], EventTime.PerSecond), new StageCounts("ingest"));
    private readonly SourceRecord _record = Records.Record("application/json", Records.Reading);
    private long _offset;

    public string Name => "ingest: admission, ledger, settled and committed";

    public void Run()
    {
        RecordAck ack = _ledger.Track(_offset++);
        _admission.Admit(_record, 0, ack);
        ack.Release(Outcome.Used);
        _ledger.CommittableOffset();
    }
}

/// <summary>Readings in order, 100 a second: with every hundredth a window of 200 closes, and lets go of half of them.</summary>
internal sealed class Alignment : IBenchmark
{
    private readonly StreamAligner _aligner = new([Records.Sensor], new AlignOptions(Records.Plan, 0, 3 * EventTime.PerSecond, 18 * EventTime.PerSecond));
    private readonly float[] _values = [1, 2, 3];
    private long _step;

    public Alignment() => _aligner.Accept(Envelope<MediaSample>.OfNotice(new LaneOpened(0, new Dictionary<string, EventTime>(), [null])));

    public string Name => "align: a reading, 1 in 100 closes a window";

    public void Run()
    {
        var reading =
            new SensorReading(new StreamKey(0, "machine-1", 0), new EventTime(EventTime.PerSecond + _step * EventTime.PerSecond / 100), _step, _values);
        foreach (var window in _aligner.Accept(Envelope<MediaSample>.OfValue(reading, new RecordAck(_step++)))) window.Ack!.Release(Outcome.Used);
    }
}

/// <summary>A window of pictures, done with at once.</summary>
internal sealed class VideoTokens : IBenchmark
{
    private readonly Tokeniser _tokeniser = new([Records.Video]);
    private readonly AlignedWindow _window = new(
        new WindowHeader(0, "machine-1", default, default, CloseReason.Watermark, []),
        [new AlignedVideo([.. Enumerable.Range(0, 8).Select(_ => new byte[64 * 48 * 3])])]);

    public string Name => "tokenise: 8 frames of 64 x 48";

    public void Run() => _tokeniser.Tokenise(_window).ReturnArrays();
}
