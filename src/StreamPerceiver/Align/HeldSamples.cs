using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;

namespace StreamPerceiver.Align;

/// <summary>Holds the samples of one entity and input that windows still need, in the order of <see cref="MediaSample.IsAfter"/>.</summary>
/// <param name="plan">The windows.</param>
/// <param name="reachNs">How long after its end a sample may still fill steps or slots, in nanoseconds.</param>
/// <param name="onlyLatestBefore">Whether a window uses, of the samples before its start, those of the latest time alone.</param>
internal sealed class HeldSamples(WindowPlan plan, long reachNs, bool onlyLatestBefore)
{
    private readonly List<(MediaSample Sample, long FirstWindow, RecordAck Ack)> _held = [];

    /// <summary>The first window that has any of the held samples inside it, or null.</summary>
    public long? FirstWindow { get; private set; }

    /// <summary>The last window that has any of the held samples inside it; the least number where none is held.</summary>
    public long LastWindow => _held.Count == 0 ? long.MinValue : _held.Max(h => plan.LastStartingBefore(h.Sample.End));

    /// <summary>Whether no sample is held.</summary>
    public bool IsEmpty => _held.Count == 0;

    /// <summary>Finds the last window that the sample may be placed in.</summary>
    public long LastReached(MediaSample sample) => plan.LastStartingBefore(sample.End + reachNs);

    /// <summary>Inserts a sample at its place in the order.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="firstWindow">The first window that was open when the sample arrived.</param>
    /// <param name="ack">The ack of its record.</param>
    public void Add(MediaSample sample, long firstWindow, RecordAck ack)
    {
        int at = _held.Count; // streams are nearly in order, so the place is nearly always the end
        while (at > 0 && _held[at - 1].Sample.IsAfter(sample)) at--;
        _held.Insert(at, (sample, firstWindow, ack));
        ack.AddHeldBytes(BytesOf(sample, ack));
        if (plan.LastStartingBefore(sample.End) >= firstWindow && (FirstWindow is not { } first || firstWindow < first)) FirstWindow = firstWindow;
    }

    /// <summary>Adds the samples that may be placed in window k to a list, and the acks of their records to another.</summary>
    public void CollectWindow(List<MediaSample> samples, List<RecordAck> acks, long k)
    {
        EventTime start = plan.Start(k), end = plan.End(k), replaced = ReplacedBefore(k);
        foreach ((MediaSample sample, long first, RecordAck ack) in _held)
        {
            if (sample.Time >= end) break;
            if (sample.End + reachNs <= start || first > k || sample.Time < replaced) continue;
            samples.Add(sample);
            acks.Add(ack);
        }
    }

    /// <summary>How many samples are held.</summary>
    public int Count => _held.Count;

    /// <summary>Releases the samples that only windows before k need. A record in no published window settles as skipped.</summary>
    public void EvictBefore(long k)
    {
        EventTime start = plan.Start(k), replaced = ReplacedBefore(k);
        Release(h => h.Sample.End + reachNs <= start || h.Sample.Time < replaced);

        // Computed here because this runs once a window, and not for every record.
        FirstWindow = null;
        foreach ((MediaSample sample, long from, _) in _held)
        {
            long first = Math.Max(from, k);
            if (plan.LastStartingBefore(sample.End) >= first && (FirstWindow is not { } least || first < least)) FirstWindow = first;
        }
    }

    /// <summary>Releases all samples that are held.</summary>
    public void Clear()
    {
        Release(_ => true);
        FirstWindow = null;
    }

    private static long BytesOf(MediaSample sample, RecordAck ack) => sample.Bytes + (ack.Trace?.Bytes ?? 0);

    // Samples of an earlier time than this are no part of window k or a later one: a later sample before its start stands for them.
    private EventTime ReplacedBefore(long k)
    {
        if (!onlyLatestBefore) return EventTime.None;
        EventTime start = plan.Start(k);
        int latest = _held.FindLastIndex(h => h.Sample.End <= start && h.FirstWindow <= k);
        return latest < 0 ? EventTime.None : _held[latest].Sample.Time;
    }

    private void Release(Predicate<(MediaSample Sample, long FirstWindow, RecordAck Ack)> isDone) => _held.RemoveAll(h =>
    {
        if (!isDone(h)) return false;
        h.Ack.RemoveHeldBytes(BytesOf(h.Sample, h.Ack)); // a window's own ack counts the bytes that the window keeps
        h.Ack.Release(Outcome.Skipped);
        return true;
    });
}
