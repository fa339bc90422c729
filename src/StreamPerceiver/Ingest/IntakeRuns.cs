using System.Threading.Tasks.Dataflow;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>Sends runs for the sources that wait for the graph.</summary>
internal static class IntakeRuns
{
    /// <summary>Sends the pending run, and waits until the graph takes it. Returns false when the graph has ended.</summary>
    public static bool SendRun(this Intake intake, ITargetBlock<Envelope<RawRecord>[]> target)
    {
        Envelope<RawRecord>[] run = intake.TakeRun();
        if (run.Length == 0) return true;
        if (!target.Post(run) && !target.SendAsync(run).GetAwaiter().GetResult()) return false;
        intake.CountSent(run);
        return true;
    }
}
