using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Topology;

/// <summary>
/// Runs thousands of random scenarios, with any interleaving that keeps each partition's order, any batching, wrong clocks, a silence of all entities in the
/// middle with retention, and workers killed or lanes moved between any two steps. Readers of committed records get the same bytes, once. A failure names its
/// seed.
/// </summary>
public sealed class CrashTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1_000)]
    [InlineData(2_000)]
    [InlineData(3_000)]
    public void Crash_AnywhereInAnyRun_PublishesEverythingOnceAndTheSame(int firstSeed)
    {
        for (int seed = firstSeed; seed < firstSeed + 1_000; seed++)
        {
            var random = new Random(seed);
            Scenario scenario = Scenario.Any(random);
            string[] expected = Undisturbed(scenario);
            string[] found = Disturbed(scenario, random);
            string[] missing = [.. Without(expected, found)], extra = [.. Without(found, expected)];
            if (missing.Length + extra.Length > 0)
                Assert.Fail($"seed {seed}\n{scenario}\nmissing:\n{string.Join('\n', missing)}\nnot expected:\n{string.Join('\n', extra)}");
        }
    }

    [Fact]
    public void Crash_AfterALongRun_ReadsAgainNoMoreThanTheSpan()
    {
        var align = new AlignOptions(new WindowPlan(10 * Some.Ms, 10 * Some.Ms), 2 * Some.Ms, 20 * Some.Ms, 60 * Some.Ms) { LeastSamples = 10 };
        string[] inputs = ["in-0", "in-1"];
        SourceRecord[] records = [.. Enumerable.Range(0, 5_000).SelectMany(i => inputs.Select(input => Scenario.Record(input, 0, i, $"e{i / 20}", i)))];
        var broker = new SimulatedBroker([Some.Sensor("in-0"), Some.Sensor("in-1")], records);
        var worker = new SimulatedWorker(broker, align);
        worker.Assign(0);
        while (worker.Unread is [var next, ..])
        {
            worker.ReadNext(next.Topic == "in-0" && worker.Unread is [_, var other] && worker.Read % 2 == 1 ? other : next);
            worker.Settle();
        }

        var restarted = new SimulatedWorker(broker, align);
        restarted.Assign(0);
        while (restarted.Unread is [var next, ..]) restarted.ReadNext(next);

        restarted.Read.ShouldBeLessThan(2 * 300); // of 10,000: two inputs, 60 ms behind the eighth last entity, and the steps
        broker.EntitiesKept.ShouldBeLessThanOrEqualTo(24); // of 250, of which one after the other fell silent for good
    }

    // Each as often as it is there.
    private static IEnumerable<string> Without(string[] these, string[] those)
    {
        List<string> left = [.. those];
        return these.Where(t => !left.Remove(t));
    }

    private static string[] Undisturbed(Scenario scenario)
    {
        SimulatedBroker broker = Broker(scenario);
        var worker = new SimulatedWorker(broker, scenario.Align);
        for (int lane = 0; lane < Scenario.Lanes; lane++) worker.Assign(lane);
        while (worker.Unread is [var next, ..]) worker.ReadNext(next);
        CatchUpAndSettle(worker);
        broker.EndSilence(deleteCommitted: false);
        while (worker.Unread is [var next, ..]) worker.ReadNext(next);
        CatchUpAndSettle(worker);
        foreach (var account in worker.Accounts) account.Balances.ShouldBeTrue($"{account}");
        return Seen(broker);
    }

    private static string[] Disturbed(Scenario scenario, Random random)
    {
        SimulatedBroker broker = Broker(scenario);
        SimulatedWorker[] workers = [new(broker, scenario.Align), new(broker, scenario.Align)];
        for (int lane = 0; lane < Scenario.Lanes; lane++) workers[random.Next(2)].Assign(lane);
        int crashesLeft = random.Next(6);
        while (true)
        {
            if (workers.All(w => w.Unread.Length == 0))
            {
                if (broker.IsSilenceOver) break;
                foreach (SimulatedWorker silent in workers) CatchUpAndSettle(silent); // all entities are flushed
                broker.EndSilence(deleteCommitted: random.Next(2) == 0);
            }

            int at = random.Next(2);
            SimulatedWorker worker = workers[at];
            switch (random.Next(100))
            {
                case < 45 when worker.Unread is { Length: > 0 } unread:
                    worker.ReadNext(unread[random.Next(unread.Length)]);
                    break;
                case < 75:
                    worker.AlignNext();
                    break;
                case < 90:
                    worker.PublishNext(random.Next(3) == 0);
                    break;
                case < 96:
                    worker.Commit();
                    break;
                case < 97 when random.Next(2) == 0:
                    worker.AskTables();
                    break;
                case < 97 when worker.Lanes.Count > 0:
                    int moved = worker.Lanes.First();
                    worker.Revoke(moved);
                    workers[1 - at].Assign(moved);
                    break;
                case < 98 when crashesLeft > 0: // what it had is gone; its lanes go to a new one, or to the other
                    crashesLeft--;
                    int[] lanes = [.. worker.Lanes];
                    if (random.Next(2) == 0)
                        foreach (int lane in lanes)
                            broker.ForgetOffsets(lane);
                    workers[at] = new SimulatedWorker(broker, scenario.Align);
                    foreach (int lane in lanes) workers[random.Next(2)].Assign(lane);
                    break;
            }
        }

        foreach (SimulatedWorker worker in workers) CatchUpAndSettle(worker);
        foreach (SimulatedWorker worker in workers)
            foreach (var account in worker.Accounts)
                account.Balances.ShouldBeTrue($"{account}");
        return Seen(broker);
    }

    private static SimulatedBroker Broker(Scenario scenario)
        => new(scenario.Inputs, scenario.Records) { BeforeTheSilence = scenario.BeforeTheSilence };

    private static void CatchUpAndSettle(SimulatedWorker worker)
    {
        worker.CatchUp();
        worker.Settle();
        worker.Commit();
    }

    // Which of silence and flush closes a window depends on the clock, and on what this run has seen of a silence.
    private static string[] Seen(SimulatedBroker broker)
        => [.. broker.Published.Select(p => p.Replace("\"flush\"", "\"idle\"", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
}
