using StreamPerceiver.Flow;
using StreamPerceiver.Worker.Bench;

namespace StreamPerceiver.Benchmarks.Recordings;

/// <summary>The records of two machines with turning arms, each received 20 ms after its event time.</summary>
internal static class MachineArrivals
{
    private const long DelayNs = 20 * EventTime.PerMillisecond;

    /// <summary>The event time of the first records.</summary>
    public static EventTime Start { get; } = new(1_769_860_800 * EventTime.PerSecond);

    /// <summary>Makes the records of a time, in the order of receipt.</summary>
    public static IEnumerable<Arrival> For(TimeSpan length)
    {
        SimulatedMachine[] machines = [new("machine-a", 1), new("machine-b", 2)];
        for (long ms = 0; ms < length.TotalMilliseconds; ms++)
            foreach (SimulatedMachine machine in machines)
                foreach (SimulatedRecord r in machine.At(Start, ms))
                    yield return new Arrival($"machines.{r.Input}", r.Machine, r.Time, r.ContentType, r.Payload, r.Time + DelayNs);
    }
}
