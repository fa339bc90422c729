using StreamPerceiver.Decode;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Align;

/// <summary>One input of one entity: the samples that windows still need, by time and then offset, whatever order they came in.</summary>
/// <param name="plan">The windows.</param>
/// <param name="reachNs">How long past its end a sample still speaks, in nanoseconds.</param>
internal sealed class HeldSamples(WindowPlan plan, long reachNs)
{
    private readonly List<(MediaSample Sample, long FirstWindow, RecordAck Ack)> _held = [];

    /// <summary>The first window that any of the samples lies in, or null.</summary>
    public long? FirstWindow { get; private set; }

    /// <summary>Whether nothing is held.</summary>
    public bool IsEmpty => _held.Count == 0;

    /// <summary>The last window that the sample has a say in.</summary>
    public long LastReached(MediaSample sample) => plan.LastStartingBefore(sample.End + reachNs);

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
        if (plan.LastStartingBefore(sample.End) >= firstWindow && (FirstWindow is not { } first || firstWindow < first)) FirstWindow = firstWindow;
    }

    /// <summary>Adds the samples that have a say in window k, and their acks.</summary>
    public void AddTo(List<MediaSample> samples, List<RecordAck> acks, long k)
    {
        EventTime start = plan.Start(k), end = plan.End(k);
        foreach ((MediaSample sample, long first, RecordAck ack) in _held)
        {
            if (sample.Time >= end) break;
            if (sample.End + reachNs <= start || first > k) continue;
            samples.Add(sample);
            acks.Add(ack);
        }
    }

    /// <summary>How many samples are held.</summary>
    public int Count => _held.Count;

    /// <summary>Gives up what only windows before k need. Samples in no published window are thereby settled as skipped.</summary>
    public void EvictBefore(long k)
    {
        EventTime start = plan.Start(k);
        _held.RemoveAll(h =>
        {
            if (h.Sample.End + reachNs > start) return false;
            h.Ack.LetGo(); // of what its windows still need of it, they keep count
            h.Ack.Release(Outcome.Skipped);
            return true;
        });

        // Once a window, so that a record need not look.
        FirstWindow = null;
        foreach ((MediaSample sample, long from, _) in _held)
        {
            long first = Math.Max(from, k);
            if (plan.LastStartingBefore(sample.End) >= first && (FirstWindow is not { } least || first < least)) FirstWindow = first;
        }
    }

    private static bool IsAfter(MediaSample a, MediaSample b) => a.Time > b.Time || (a.Time == b.Time && a.Offset > b.Offset);
}
