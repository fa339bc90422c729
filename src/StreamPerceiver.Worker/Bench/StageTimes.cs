using StreamPerceiver.Align;
using StreamPerceiver.Decode;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Tokenise;

namespace StreamPerceiver.Worker.Bench;

/// <summary>
/// What each stage's own work takes: the stages called one after the other on one thread, some records at a time, with no graph and no
/// client around them. What the whole takes beyond their sum is the graph's and the client's.
/// </summary>
internal static class StageTimes
{
    private const int Warm = 5; // of so many parts of a run the first is not counted

    /// <summary>The stages, in their order.</summary>
    public static IReadOnlyList<StageFigures> Measure(Workload load)
    {
        IReadOnlyList<InputSpec> inputs = load.Definition.Inputs;
        var lane = new LaneHold(new MemoryBudget(1 << 30));
        var ledger = new OffsetLedger(lane);
        var counts = new StageCounts("ingest");
        var admission = new Admission(inputs, new EventTimeReader(load.Definition.MaxFutureNs), counts);
        var decoder = new Decoder(inputs, "decode");
        var aligner = new StreamAligner(inputs, load.Definition.Align);
        var tokeniser = new Tokeniser(inputs);
        foreach (var _ in aligner.Accept(Envelope<MediaSample>.News(new LaneOpened(0, new Dictionary<string, EventTime>())))) { }

        string[] names = ["ingest: admission, ledger", "decode", "align", "tokenise", "settle: acks, offsets"];
        var taken = new Usage[names.Length];
        int chunk = Math.Clamp(load.Count / 128, 16, 512), measured = 0; // few enough that what they allocate dies young, as it does in the graph
        for (int first = 0; first + chunk <= load.Count; first += chunk)
        {
            SourceRecord[] records = [.. Enumerable.Range(first, chunk).Select(load.Record)];
            var raw = new Envelope<RawRecord>[chunk];
            var samples = new Envelope<MediaSample>[chunk];
            List<Envelope<AlignedWindow>> windows = [];
            List<Envelope<TokenisedWindow>> tokens = [];
            Action[] stages =
            [
                () => { for (int i = 0; i < chunk; i++) raw[i] = admission.Admit(records[i], 0, ledger.Track(records[i].Offset)); },
                () => { for (int i = 0; i < chunk; i++) samples[i] = Envelope<MediaSample>.Of(decoder.Decode(raw[i].Value!).Value!, raw[i].Ack); },
                () => { for (int i = 0; i < chunk; i++) windows.AddRange(aligner.Accept(samples[i])); },
                () => { foreach (var window in windows) tokens.Add(Envelope<TokenisedWindow>.Of(tokeniser.Tokenise(window.Value!).Value!, window.Ack)); },
                () =>
                {
                    foreach (var window in tokens)
                    {
                        window.Value!.Done();
                        window.Ack!.Release(Outcome.Used);
                    }

                    ledger.Committable();
                },
            ];
            for (int stage = 0; stage < stages.Length; stage++)
            {
                Usage before = Usage.Now;
                stages[stage]();
                Usage spent = Usage.Now - before;
                if (first >= load.Count / Warm) taken[stage] = new(taken[stage].Wall + spent.Wall, taken[stage].Cpu + spent.Cpu, taken[stage].Allocated + spent.Allocated);
            }

            if (first >= load.Count / Warm) measured += chunk;
        }

        return [.. names.Select((name, i) => StageFigures.Of(name, taken[i], measured))];
    }
}
