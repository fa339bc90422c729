using StreamPerceiver.Decode;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Align;

/// <summary>
/// One entity's windows. A window closes when every input has passed its end; what an input puts into it depends on that input's partition alone,
/// so every interleaving of the inputs gives the same windows.
/// </summary>
internal sealed class EntityAligner
{
    private readonly int _lane;
    private readonly string _entity;
    private readonly IReadOnlyList<InputSpec> _inputs;
    private readonly AlignOptions _options;
    private readonly Action _windowSkipped;
    private readonly HeldSamples[] _held;
    private readonly InputProgress[] _progress;
    private readonly long _restored;
    private readonly long _windowBytes;
    private long _next;

    /// <param name="lane">The lane.</param>
    /// <param name="entity">The key.</param>
    /// <param name="inputs">The pipeline's inputs.</param>
    /// <param name="options">Windows and watermarks.</param>
    /// <param name="heard">How far the lane's partitions have spoken, by input.</param>
    /// <param name="emittedThrough">End of the last window that is out already, or null.</param>
    /// <param name="windowSkipped">Told of every window that lacks a required input.</param>
    public EntityAligner(
        int lane, string entity, IReadOnlyList<InputSpec> inputs, AlignOptions options, IReadOnlyList<HeardThrough> heard, EventTime? emittedThrough, Action windowSkipped)
    {
        (_lane, _entity, _inputs, _options, _windowSkipped) = (lane, entity, inputs, options, windowSkipped);
        _windowBytes = inputs.Sum(i => i.WindowBytes(options.Plan.SizeNs));
        _held = inputs.Select(_ => new HeldSamples()).ToArray();
        _progress = heard.Select(h => new InputProgress(h, options)).ToArray();
        _next = _restored = emittedThrough is { } end ? options.Plan.FirstEndingAfter(end) : long.MinValue;
    }

    /// <summary>Keeps the sample for its windows, or settles it: late, or in no window that is still to come.</summary>
    public void Accept(MediaSample sample, RecordAck ack)
    {
        InputProgress progress = _progress[sample.Stream.Input];
        long first = _options.Plan.FirstEndingAfter(sample.Time);
        long last = _options.Plan.LastStartingBefore(sample.End);
        long firstOpen = progress.Passed.Nanoseconds > 0 ? Math.Max(first, _options.Plan.FirstEndingAfter(progress.Passed)) : first;
        progress.Saw(sample.Time);
        if (last < first) ack.Release(Outcome.Skipped); // between two windows: the hop is longer than a window
        else if (last < _restored) ack.Release(Outcome.Skipped); // read again after a restart; its windows were out before
        else if (last < firstOpen) ack.Release(Outcome.Late);
        else _held[sample.Stream.Input].Add(sample, Math.Max(firstOpen, _restored), ack);
    }

    /// <summary>The windows that can close now, in their order.</summary>
    public IEnumerable<Envelope<AlignedWindow>> Close()
    {
        while (_held.Min(h => h.FirstWindow) is { } first)
        {
            long k = Math.Max(_next, first);
            EventTime end = _options.Plan.End(k);
            if (_progress.Any(p => p.Passed < end)) yield break;
            Envelope<AlignedWindow>? window = Build(k, _progress.Any(p => p.PassedInSilence(end)) ? CloseReason.Idle : CloseReason.Watermark);
            _next = k + 1;
            foreach (HeldSamples held in _held) held.EvictEndingBy(_options.Plan.Start(_next));
            foreach (InputProgress progress in _progress) progress.ForgetBefore(end);
            if (window is { } built) yield return built;
            else _windowSkipped();
        }
    }

    private Envelope<AlignedWindow>? Build(long k, CloseReason reason)
    {
        EventTime start = _options.Plan.Start(k), end = _options.Plan.End(k);
        var data = new AlignedInput[_inputs.Count];
        var presence = new InputPresence[_inputs.Count];
        List<RecordAck> records = [];
        for (int i = 0; i < _inputs.Count; i++)
        {
            (MediaSample Sample, RecordAck Ack)[] touching = _held[i].Of(k, start, end).ToArray();
            MediaSample[] samples = touching.Select(t => t.Sample).ToArray();
            (data[i], double coverage) = Placement.Place(_inputs[i], samples, start, _options.Plan.SizeNs);
            long? staleness = coverage > 0 ? Math.Max(0, end - samples.Max(s => s.Latest)) : null;
            presence[i] = new InputPresence(_inputs[i].Name, coverage, staleness);
            records.AddRange(touching.Select(t => t.Ack));
        }

        bool publishable = presence.Any(p => p.Present) && _inputs.Zip(presence).All(x => x.Second.Present || !x.First.Required);
        if (!publishable) return null;
        foreach (RecordAck record in records) record.Share();
        return Envelope<AlignedWindow>.Of(
            new AlignedWindow(new WindowHeader(_lane, _entity, start, end, reason, presence), data), new WindowAck(records, _windowBytes));
    }
}
