using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Worker.Demo;

/// <summary>Accounts for every record and every window of a finished demo.</summary>
internal static class DemoSummary
{
    /// <summary>Prints the counts. Returns false when they do not add up.</summary>
    /// <param name="pipeline">The pipeline that ran.</param>
    /// <param name="lanes">What became of every record, by input and lane.</param>
    /// <param name="sent">Records sent; null when the demo was stopped early, and some may not have been read.</param>
    /// <param name="reader">The reader of the predictions.</param>
    /// <param name="output">Where to print.</param>
    public static bool Print(PerceptionPipeline pipeline, IReadOnlyList<RecordAccount> lanes, long? sent, PredictionReader reader, TextWriter output)
    {
        IReadOnlyList<RecordAccount> accounts = RecordAccount.ByInput(lanes);
        output.WriteLine();
        output.WriteLine($"  {"stage",-12}{"in",10}{"out",10}{"rejected",10}");
        foreach (StageCounts stage in pipeline.Stages) output.WriteLine($"  {stage.Name,-12}{stage.In,10}{stage.Out,10}{stage.Rejected,10}");
        IEnumerable<string> batches = Enum.GetValues<BatchCloseReason>().Select(r => $"{pipeline.BatchesClosed(r)} by {r.ToString().ToLowerInvariant()}");
        output.WriteLine($"  batches closed: {string.Join(", ", batches)}; windows skipped: {pipeline.SkippedWindows}");
        output.WriteLine();
        output.WriteLine($"  {"records of",-14}{"read",9}{"= used",9}{"+ late",9}{"+ rejected",12}{"+ skipped",11}{"+ held",9}");
        foreach (RecordAccount a in accounts) output.WriteLine($"  {a.Input,-14}{a.Read,9}{a.Used,9}{a.Late,9}{a.Rejected,12}{a.Skipped,11}{a.Held,9}");
        output.WriteLine("  held: their windows were still open at the end; a next run would read them again");
        output.WriteLine();

        List<string> wrong = [];
        foreach (RecordAccount a in lanes.Where(a => !a.Balances))
            wrong.Add($"{a.Input}/{a.Lane}: {a.Read} read, but the outcomes add up to {a.Used + a.Late + a.Rejected + a.Skipped + a.Held}");
        if (sent is { } all) Expect("records sent and read", all, accounts.Sum(a => a.Read));
        Expect("read and taken by decode or refused", pipeline.Ingest.In, pipeline.Decode.In + pipeline.Ingest.Rejected);
        Expect("decoded and taken by align", pipeline.Decode.Out, pipeline.Align.In);
        if (pipeline.Infer.Rejected == 0)
            Expect("refused and in dead letters", pipeline.Ingest.Rejected + pipeline.Decode.Rejected, accounts.Sum(a => a.Rejected));
        Expect("windows aligned, and predicted or poison", pipeline.Align.Out, pipeline.Publish.Out + pipeline.Infer.Rejected);
        Expect("predictions published and read back", pipeline.Publish.Out, reader.Count);
        foreach (string line in wrong) output.WriteLine($"  DOES NOT ADD UP: {line}");
        if (wrong.Count == 0)
        {
            output.WriteLine(
                $"  every record and every window is accounted for; {reader.Count} predictions read back, "
                + $"{reader.LatencyMs(0.5):F0} ms after a window's end at the median, {reader.LatencyMs(0.99):F0} ms at the 99th percentile");
        }
        return wrong.Count == 0;

        void Expect(string what, long first, long second)
        {
            if (first != second) wrong.Add($"{what}: {first} and {second}");
        }
    }
}
