using Microsoft.Extensions.Logging;
using StreamPerceiver.Align;
using StreamPerceiver.Ingest;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Worker.Pipelines;

/// <summary>Logs what gives no prediction, and whose clocks are wrong, while a pipeline runs.</summary>
/// <param name="pipeline">The pipeline.</param>
/// <param name="source">Its source, which has the accounts.</param>
/// <param name="log">Receives the lines.</param>
/// <param name="time">The clock.</param>
internal sealed class LossLog(PerceptionPipeline pipeline, IRecordSource source, ILogger log, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    // A fleet with one wrong time zone would fill the log.
    private const int MostClocksNamed = 20;

    private readonly LossReport _report = new();
    private readonly HashSet<string> _named = new(StringComparer.Ordinal);

    private string Name => pipeline.Definition.Name;

    private Losses Losses => Losses.Of(source.Accounts, pipeline.FutureRecords, pipeline.SkippedWindows, pipeline.FlushedWindows);

    /// <summary>Logs at intervals until it is stopped, and once more then.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
            {
                Losses losses = Losses;
                if (_report.Line(time.GetElapsedTime(0), losses) is { } line)
                {
                    if (losses.Any) Log.Lost(log, Name, line);
                    else Log.Counted(log, Name, "so far", line);
                }

                NameClocks();
            }
        }
        catch (OperationCanceledException)
        {
            NameClocks();
            if (LossReport.LastLine(Losses) is { } line) Log.Counted(log, Name, "at the end", line);
        }
    }

    private void NameClocks()
    {
        if (_named.Count >= MostClocksNamed) return;
        foreach (WrongClock clock in pipeline.WrongClocks.Found)
        {
            if (_named.Count >= MostClocksNamed || !_named.Add(clock.Entity)) continue;
            string place = $"{pipeline.Definition.Inputs[clock.Input].Topic}/{clock.Lane}/{clock.Offset}";
            double seconds = Math.Abs(clock.AheadNs) / 1e9;
            Log.WrongClock(log, Name, clock.Entity, seconds, clock.AheadNs > 0 ? "ahead of" : "behind", place);
        }
    }
}
