using StreamPerceiver.Decode;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Align;

/// <summary>
/// One entity's windows. A window closes when every input's watermark has passed its end, or the input is silent; which samples it holds then
/// depends on their event times alone, so every interleaving of the inputs gives the same windows.
/// </summary>
internal sealed class EntityAligner(
    int lane, string entity, IReadOnlyList<InputSpec> inputs, AlignOptions options, EventTime? emittedThrough, Action windowSkipped)
{
    private readonly HeldSamples[] _held = inputs.Select(_ => new HeldSamples()).ToArray();
    private readonly long _restored = emittedThrough is { } end ? options.Plan.FirstEndingAfter(end) : long.MinValue;
    private long _next = emittedThrough is { } end ? options.Plan.FirstEndingAfter(end) : long.MinValue;
    private EventTime? _firstSeen;

    /// <summary>Keeps the sample for its windows, or settles it: late, or in no window that is still to come.</summary>
    public void Accept(MediaSample sample, RecordAck ack)
    {
        _firstSeen ??= sample.Time;
        HeldSamples held = _held[sample.Stream.Input];
        held.Saw(sample.Time);
        long first = options.Plan.FirstEndingAfter(sample.Time);
        long last = options.Plan.LastStartingBefore(sample.End);
        if (last < first) ack.Release(Outcome.Skipped); // between two windows: the hop is longer than a window
        else if (last < _restored) ack.Release(Outcome.Skipped); // read again after a restart; its windows were out before
        else if (last < _next) ack.Release(Outcome.Late);
        else held.Add(sample, ack);
    }

    /// <summary>The windows that can close now, in their order.</summary>
    /// <param name="heardThrough">By input of the lane: the event time up to which its partition is known to have spoken.</param>
    public IEnumerable<Envelope<AlignedWindow>> Close(IReadOnlyList<EventTime> heardThrough)
    {
        while (NextWindow() is { } k && CanClose(options.Plan.End(k), heardThrough) is { } reason)
        {
            Envelope<AlignedWindow>? window = Build(k, reason);
            _next = k + 1;
            foreach (HeldSamples held in _held) held.EvictEndingBy(options.Plan.Start(_next));
            if (window is { } built) yield return built;
            else windowSkipped();
        }
    }

    /// <summary>The first window not out yet that holds anything, or null. Spans without data are stepped over.</summary>
    private long? NextWindow()
    {
        long? next = null;
        foreach (HeldSamples held in _held)
        {
            if (held.Earliest is not { } earliest) continue;
            long k = Math.Max(_next, options.Plan.FirstEndingAfter(earliest.Time));
            if (next is null || k < next) next = k;
        }

        return next;
    }

    private CloseReason? CanClose(EventTime end, IReadOnlyList<EventTime> heardThrough)
    {
        CloseReason reason = CloseReason.Watermark;
        for (int input = 0; input < _held.Length; input++)
        {
            if (_held[input].Latest is { } latest && latest - options.OutOfOrdernessNs >= end) continue;
            if (!IsIdle(input, end, heardThrough[input])) return null;
            reason = CloseReason.Idle;
        }

        return reason;
    }

    /// <summary>Silent for this entity although its partition has gone on, or is at its end, both past the window and long enough.</summary>
    private bool IsIdle(int input, EventTime end, EventTime heardThrough)
        => heardThrough >= end && heardThrough - (_held[input].Latest ?? _firstSeen!.Value) >= options.IdleAfterNs;

    private Envelope<AlignedWindow>? Build(long k, CloseReason reason)
    {
        EventTime start = options.Plan.Start(k), end = options.Plan.End(k);
        var data = new AlignedInput[inputs.Count];
        var presence = new InputPresence[inputs.Count];
        List<RecordAck> records = [];
        for (int i = 0; i < inputs.Count; i++)
        {
            (MediaSample Sample, RecordAck Ack)[] touching = _held[i].Touching(start, end).ToArray();
            MediaSample[] samples = touching.Select(t => t.Sample).ToArray();
            (data[i], double coverage) = Placement.Place(inputs[i], samples, start, options.Plan.SizeNs);
            long? staleness = coverage > 0 ? Math.Max(0, end - samples.Max(s => s.End)) : null;
            presence[i] = new InputPresence(inputs[i].Name, coverage, staleness);
            records.AddRange(touching.Select(t => t.Ack));
        }

        bool publishable = presence.Any(p => p.Present) && inputs.Zip(presence).All(x => x.Second.Present || !x.First.Required);
        if (!publishable) return null;
        foreach (RecordAck record in records) record.Share();
        return Envelope<AlignedWindow>.Of(
            new AlignedWindow(new WindowHeader(lane, entity, start, end, reason, presence), data), new WindowAck(records));
    }
}
