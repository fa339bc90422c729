using StreamPerceiver.Decode;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Align;

/// <summary>One input of one entity: the samples that windows still need, by time and then offset, whatever order they came in.</summary>
internal sealed class HeldSamples
{
    private readonly List<(MediaSample Sample, long FirstWindow, RecordAck Ack)> _held = [];

    /// <summary>The first window that any of the samples belongs to, or null.</summary>
    public long? FirstWindow { get; private set; }

    /// <summary>Keeps a sample.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="firstWindow">The first window that it came in time for.</param>
    /// <param name="ack">Its ack.</param>
    public void Add(MediaSample sample, long firstWindow, RecordAck ack)
    {
        int at = _held.Count; // nearly always the end: streams are nearly in order
        while (at > 0 && IsAfter(_held[at - 1].Sample, sample)) at--;
        _held.Insert(at, (sample, firstWindow, ack));
        ack.Hold(sample.Bytes);
        if (FirstWindow is not { } first || firstWindow < first) FirstWindow = firstWindow;
    }

    /// <summary>The samples of window k, which covers this span of time.</summary>
    public IEnumerable<(MediaSample Sample, RecordAck Ack)> Of(long k, EventTime start, EventTime end)
        => _held.TakeWhile(h => h.Sample.Time < end).Where(h => h.Sample.End > start && h.FirstWindow <= k).Select(h => (h.Sample, h.Ack));

    /// <summary>Gives up the samples that end by a time. Those in no published window are thereby settled as skipped.</summary>
    public void EvictEndingBy(EventTime time)
    {
        _held.RemoveAll(h =>
        {
            if (h.Sample.End > time) return false;
            h.Ack.LetGo(); // of what its windows still need of it, they keep count
            h.Ack.Release(Outcome.Skipped);
            return true;
        });
        FirstWindow = _held.Count > 0 ? _held.Min(h => h.FirstWindow) : null; // once a window, so that a record need not look
    }

    private static bool IsAfter(MediaSample a, MediaSample b) => a.Time > b.Time || (a.Time == b.Time && a.Offset > b.Offset);
}
