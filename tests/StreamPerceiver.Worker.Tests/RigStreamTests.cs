using System.Text;
using System.Text.Json;
using StreamPerceiver.Flow;
using StreamPerceiver.Worker.Rig;

namespace StreamPerceiver.Worker.Tests;

/// <summary>The records of the rig: they follow from the seed, and a network loses, delays and disorders them.</summary>
public sealed class RigStreamTests
{
    private static readonly RigTopics Topics = new("camera", "microphone", "accelerometer", "truth", "fault");

    [Fact]
    public void Records_depend_on_the_seed_alone()
    {
        RigRecord[] first = Records(3, 2, 20), second = Records(3, 2, 20);

        second.Select(Text).ShouldBe(first.Select(Text));
        Records(4, 2, 20).Select(Text).ShouldNotBe(first.Select(Text));
        Records(3, 1, 20).Select(Text).ShouldBe(first.Where(r => Machine(r) == "blower-3-0").Select(Text), "other machines change nothing");
    }

    [Fact]
    public void All_states_come_as_often()
    {
        foreach (RigMachine machine in RigMachine.Make(5, 20))
        {
            List<RigPhase> phases = [];
            for (long ms = 0; phases.Count < 25; ms = phases[^1].ToMs) phases.Add(machine.At(ms));
            phases.GroupBy(p => p.Fault).Select(g => g.Count()).ShouldBe([5, 5, 5, 5, 5]);
            phases.ShouldAllBe(p => p.Severity >= 0.4 && p.Severity <= 1 && p.ToMs - p.FromMs >= 8000 && p.ToMs - p.FromMs <= 16_000);
        }
    }

    [Fact]
    public void Records_are_lost_late_and_out_of_order()
    {
        RigRecord[] readings = [.. Records(3, 1, 240).Where(r => r.Record.Topic == "accelerometer")];
        long[] times = [.. readings.Select(r => Time(r).Nanoseconds)];

        readings.Length.ShouldBeInRange(23_000, 23_500); // of 24,000: one of a hundred, and a break of 3 to 6 s
        times.Order().Zip(times.Order().Skip(1), (a, b) => (b - a) / 1e9).Max().ShouldBeInRange(3, 6.1);
        readings.Select(r => r.ArrivesNs).ShouldBe(readings.Select(r => r.ArrivesNs).Order());
        readings.Count(r => r.ArrivesNs - Time(r).Nanoseconds > 200_000_000).ShouldBeInRange(60, 160); // of one in two hundred, most
        times.Zip(times.Skip(1)).Count(pair => pair.Second < pair.First).ShouldBeGreaterThan(1000);
    }

    [Fact]
    public void The_truth_has_every_state_when_it_begins()
    {
        RigMachine machine = RigMachine.Make(3, 1)[0];
        JsonElement[] said = [.. Records(3, 1, 60).Where(r => r.Record.Topic == "truth").Select(r => JsonElement.Parse(r.Record.Value!))];

        said.Select(s => s.EnumerateObject().Select(p => p.Name)).ShouldAllBe(names => names.SequenceEqual(new[] { "from", "to", "output", "value" }));
        said[0].GetProperty("from").GetString().ShouldBe("1970-01-01T00:00:00Z");
        said.Zip(said.Skip(1)).ShouldAllBe(pair => pair.First.GetProperty("to").GetString() == pair.Second.GetProperty("from").GetString());
        said.Select(s => s.GetProperty("value").GetString()).ShouldBe(
            Enumerable.Range(0, 60_000).Select(ms => machine.At(ms)).Distinct().Select(p => p.Fault.ToString()));
    }

    [Fact]
    public void An_input_is_taken_away_from_one_machine_from_a_time_on()
    {
        RigRecord[] whole = Records(3, 2, 20), cut =
            [.. new RigStream(RigMachine.Make(3, 2), Topics, default, new RigOutage("camera", "blower-3-1", 8000)).Records(20_000)];

        cut.Select(Text).ShouldBe(whole.Where(r => r.Record.Topic != "camera" || Machine(r) != "blower-3-1" || Time(r).Nanoseconds < 8e9).Select(Text));
        cut.Length.ShouldBeLessThan(whole.Length);
    }

    [Fact]
    public void A_machine_was_in_the_states_of_a_window_in_their_order()
    {
        RigMachine machine = RigMachine.Make(3, 1)[0];
        (RigPhase first, RigPhase second) = (machine.At(0), machine.At(machine.At(0).ToMs));

        machine.Between(1000, 3000).ShouldBe([first.Fault]);
        machine.Between(-1000, 1000).ShouldBe([null, first.Fault]);
        machine.Between(first.ToMs - 1000, first.ToMs).ShouldBe([first.Fault]);
        machine.Between(first.ToMs - 1000, first.ToMs + 1).ShouldBe([first.Fault, second.Fault]);
    }

    private static RigRecord[] Records(int seed, int machines, int seconds)
        => [.. new RigStream(RigMachine.Make(seed, machines), Topics, default).Records(seconds * 1000)];

    private static string Text(RigRecord record)
        => $"{record.ArrivesNs} {record.Record.Topic} {Machine(record)} {Time(record)} {Convert.ToHexString(record.Record.Value!)}";

    private static string Machine(RigRecord record) => Encoding.UTF8.GetString(record.Record.Key!);

    private static EventTime Time(RigRecord record)
        => EventTime.TryParse(Encoding.UTF8.GetString(record.Record.Headers.Single(h => h.Key == "ce_time").Value!), out EventTime time)
            ? time
            : throw new InvalidOperationException("no time");
}
