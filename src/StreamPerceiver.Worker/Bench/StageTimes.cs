using StreamPerceiver.Align;
using StreamPerceiver.Decode;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Modalities;
using StreamPerceiver.Tokenise;

namespace StreamPerceiver.Worker.Bench;

/// <summary>
/// Measures each stage alone: the stages are called one after the other on one thread, some records at a time, without graph and client. The graph and the
/// client take the rest of the whole.
/// </summary>
internal static class StageTimes
{
    private const int Warm = 5; // the first of so many parts of a run is not counted

    /// <summary>The stages, in their order.</summary>
    public static IReadOnlyList<StageFigures> Measure(Workload load)
    {
        IReadOnlyList<InputSpec> inputs = load.Definition.Inputs;
        var lane = new LaneLease(new MemoryBudget(1 << 30));
        var ledger = new OffsetLedger(lane);
        var counts = new StageCounts("ingest");
        var admission = new Admission(inputs, new EventTimeReader(inputs, load.Definition.MaxFutureNs), counts);
        var decoder = new Decoder(inputs, "decode");
        var aligner = new StreamAligner(inputs, load.Definition.Align);
        var tokeniser = new Tokeniser(inputs);
        foreach (var _ in aligner.Accept(Envelope<MediaSample>.OfNotice(new LaneOpened(0, new Dictionary<string, EventTime>(), [null])))) { }

        string[] names = ["ingest: admission, ledger", "decode", "align", "tokenise", "settle: acks, offsets"];
        var taken = new Usage[names.Length];
        int chunk = Math.Clamp(load.Count / 128, 16, 512), measured = 0; // few enough that what they allocate dies young, as it does in the graph
        for (int first = 0; first + chunk <= load.Count; first += chunk)
        {
            SourceRecord[] records = [.. Enumerable.Range(first, chunk).Select(load.Record)];
            var raw = new Envelope<RawRecord>[chunk];
            List<MediaSample> samples = new(chunk), one = [];
            List<Envelope<AlignedWindow>> windows = [];
            List<Envelope<TokenisedWindow>> tokens = [];
            Action[] stages =
            [
                () => { for (int i = 0; i < chunk; i++) raw[i] = admission.Admit(records[i], 0, ledger.Track(records[i].Offset)); },
                () =>
                {
                    for (int i = 0; i < chunk; i++)
                    {
                        one.Clear();
                        decoder.Decode(raw[i].Value!, one);
                        samples.AddRange(one);
                    }
                },
                () => { for (int i = 0; i < chunk; i++) windows.AddRange(aligner.Accept(Envelope<MediaSample>.OfValue(samples[i], raw[i].Ack))); },
                () =>
                {
                    foreach (var window in windows)
                    {
                        if (window.Value is { } aligned) tokens.Add(Envelope<TokenisedWindow>.OfValue(tokeniser.Tokenise(aligned), window.Ack));
                        else window.Ack!.Release(Outcome.Skipped); // where a restart begins
                    }
                },
                () =>
                {
                    foreach (var window in tokens)
                    {
                        window.Value!.ReturnArrays();
                        window.Ack!.Release(Outcome.Used);
                    }

                    ledger.CommittableOffset();
                },
            ];
            for (int stage = 0; stage < stages.Length; stage++)
            {
                Usage before = Usage.Now;
                stages[stage]();
                Usage spent = Usage.Now - before;
                if (first >= load.Count / Warm)
                    taken[stage] = new(taken[stage].Wall + spent.Wall, taken[stage].Cpu + spent.Cpu, taken[stage].Allocated + spent.Allocated);
            }

            if (first >= load.Count / Warm) measured += chunk;
        }

        return [.. names.Select((name, i) => StageFigures.Of(name, taken[i], measured))];
    }
}
