using System.Runtime.InteropServices;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;

namespace StreamPerceiver.Align;

/// <content>The making of a window.</content>
internal sealed partial class EntityAligner
{
    private Envelope<AlignedWindow>? BuildWindow(long k, CloseReason reason)
    {
        EventTime start = _options.Plan.Start(k), end = _options.Plan.End(k);
        var data = new AlignedInput[_inputs.Count];
        var presence = new InputPresence[_inputs.Count];
        List<RecordAck> records = new(_held.Sum(h => h.Count));
        List<MediaSample> samples = [];
        NewestTrace newest = default;
        ClosedInput[]? observed = _observer is null ? null : new ClosedInput[_inputs.Count];
        for (int i = 0; i < _inputs.Count; i++)
        {
            samples.Clear();
            _held[i].CollectWindow(samples, records, k);
            newest.Look(samples, CollectionsMarshal.AsSpan(records)[^samples.Count..]);
            MediaSample? version = _tables[i]?.Find(_entity, end);
            if (version is not null) samples.Add(version with { Time = start }); // it holds for all of the window
            List<WindowSlot>? slots = observed is null ? null : [];
            (data[i], double coverage) = _inputs[i].Place(CollectionsMarshal.AsSpan(samples), start, _options.Plan.SizeNs, slots);
            long? staleness = coverage > 0 ? Math.Max(0, end - (version?.Time ?? samples.Max(s => s.Latest))) : null;
            presence[i] = data[i].Describe(new InputPresence(_inputs[i].Name, coverage, staleness));
            if (observed is not null) observed[i] = new ClosedInput([.. samples], version, slots!, _progress[i].Passed, _progress[i].ReasonToPass(end));
        }

        bool isPublishable = _inputs.Zip(presence).Any(x => x.Second.Present && !x.First.IsTable)
            && _inputs.Zip(presence).All(x => x.Second.Present || !x.First.Required);
        var header = new WindowHeader(_lane, _entity, start, end, reason, presence) { Trace = newest.Trace };
        _observer?.OnWindow(new ClosedWindow(k, header, isPublishable, observed!));
        if (!isPublishable) return null;
        foreach (RecordAck record in records) record.Retain();
        return Envelope<AlignedWindow>.OfValue(new AlignedWindow(header, data), new WindowAck(records, _windowBytes));
    }
}
