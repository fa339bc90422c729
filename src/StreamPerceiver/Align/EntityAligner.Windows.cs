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
        for (int i = 0; i < _inputs.Count; i++)
        {
            samples.Clear();
            _held[i].CollectWindow(samples, records, k);
            newest.Look(samples, CollectionsMarshal.AsSpan(records)[^samples.Count..]);
            MediaSample? version = _tables[i]?.Find(_entity, end);
            if (version is not null) samples.Add(version with { Time = start }); // it holds for all of the window
            (data[i], double coverage) = _inputs[i].Place(CollectionsMarshal.AsSpan(samples), start, _options.Plan.SizeNs);
            long? staleness = coverage > 0 ? Math.Max(0, end - (version?.Time ?? samples.Max(s => s.Latest))) : null;
            presence[i] = data[i].Describe(new InputPresence(_inputs[i].Name, coverage, staleness));
        }

        bool isPublishable = _inputs.Zip(presence).Any(x => x.Second.Present && !x.First.IsTable)
            && _inputs.Zip(presence).All(x => x.Second.Present || !x.First.Required);
        if (!isPublishable) return null;
        foreach (RecordAck record in records) record.Retain();
        return Envelope<AlignedWindow>.OfValue(
            new AlignedWindow(new WindowHeader(_lane, _entity, start, end, reason, presence) { Trace = newest.Trace }, data),
            new WindowAck(records, _windowBytes));
    }
}
