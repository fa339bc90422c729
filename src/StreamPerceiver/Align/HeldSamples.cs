using StreamPerceiver.Decode;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Align;

/// <summary>One input of one entity: the samples that windows still need, by time and then offset, whatever order they came in.</summary>
internal sealed class HeldSamples
{
    private readonly List<(MediaSample Sample, RecordAck Ack)> _held = [];

    /// <summary>Greatest event time seen, kept or not.</summary>
    public EventTime? Latest { get; private set; }

    /// <summary>The earliest sample held, or null.</summary>
    public MediaSample? Earliest => _held.Count > 0 ? _held[0].Sample : null;

    public void Saw(EventTime time)
    {
        if (Latest is not { } latest || time > latest) Latest = time;
    }

    public void Add(MediaSample sample, RecordAck ack)
    {
        int at = _held.Count; // nearly always the end: streams are nearly in order
        while (at > 0 && IsAfter(_held[at - 1].Sample, sample)) at--;
        _held.Insert(at, (sample, ack));
    }

    /// <summary>The samples that touch a span of time.</summary>
    public IEnumerable<(MediaSample Sample, RecordAck Ack)> Touching(EventTime start, EventTime end)
        => _held.TakeWhile(h => h.Sample.Time < end).Where(h => h.Sample.End > start);

    /// <summary>Gives up the samples that end by a time. Those in no published window are thereby settled as skipped.</summary>
    public void EvictEndingBy(EventTime time)
        => _held.RemoveAll(h =>
        {
            if (h.Sample.End > time) return false;
            h.Ack.Release(Outcome.Skipped);
            return true;
        });

    private static bool IsAfter(MediaSample a, MediaSample b) => a.Time > b.Time || (a.Time == b.Time && a.Offset > b.Offset);
}
