using System.Globalization;
using System.Text;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Benchmarks.Recordings;

/// <summary>The recordings of the regression cases in <c>pipelines/cases</c>. Their <c>case.json</c> says what each holds.</summary>
internal static class CaseRecordings
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(20);

    /// <summary>Writes the recordings to the folder of the cases.</summary>
    public static void WriteAll(string folder)
    {
        Arrival.WriteAll(Path.Combine(folder, "machine-activity", "recording.mcap"), MachineActivity());
        Arrival.WriteAll(Path.Combine(folder, "field-reports", "recording.mcap"), FieldReports());
    }

    private static IEnumerable<Arrival> MachineActivity() => MachineArrivals.For(Length)
        .Where(a => !(a.Topic == "machines.microphone" && a.Entity == "machine-a" && Second(a) is >= 6 and < 11))
        .Where(a => !(a.Topic == "machines.accelerometer" && a.Entity == "machine-b" && Second(a) >= 15))
        .Select(a => a.Topic == "machines.accelerometer" && a.Entity == "machine-a" && Second(a) is >= 12 and < 12.1
            ? a with { Received = a.Received + 3 * EventTime.PerSecond }
            : a)
        .OrderBy(a => a.Received);

    private static IEnumerable<Arrival> FieldReports()
    {
        List<Arrival> all = [];
        for (int unit = 1; unit <= 3; unit++)
        {
            int seconds = unit == 3 ? 12 : (int)Length.TotalSeconds;
            for (int step = 0; step < 2 * seconds; step++)
            {
                EventTime time = MachineArrivals.Start + (500 * step + 7 * unit) * EventTime.PerMillisecond;
                all.Add(Make("field.objects", unit, time, "application/json", Objects(step == 21 ? 6 : (step + unit) % 6, step, unit), lateNs: 0));
                if (step % 4 == unit)
                    all.Add(Make("field.reports", unit, time, "text/plain", Report(step, unit), lateNs: step == 14 ? 5 * EventTime.PerSecond : 0));
            }
        }

        return all.OrderBy(a => a.Received);
    }

    private static Arrival Make(string topic, int unit, EventTime time, string type, string payload, long lateNs)
        => new(topic, $"unit-{unit}", time, type, Encoding.UTF8.GetBytes(payload), time + 20 * EventTime.PerMillisecond + lateNs);

    private static string Objects(int count, int step, int unit) => $"[{string.Join(',', Enumerable.Range(0, count).Select(i =>
        string.Create(CultureInfo.InvariantCulture, $"[{Math.Sin(step + i):F3},{Math.Cos(step * unit):F3},{0.25 * i:F2}]")))}]";

    private static string Report(int step, int unit) => step switch
    {
        < 8 => "Alles ruhig am Tor.",
        < 16 => $"Unit {unit}: größere Menge, {step} Leute.",
        < 20 => "Smoke behind hall 4, smoke behind hall 4, smoke behind hall 4!", // longer than the model takes
        _ => "Rauch über Halle 4",
    };

    private static double Second(Arrival arrival) => (arrival.Time - MachineArrivals.Start) / (double)EventTime.PerSecond;
}
