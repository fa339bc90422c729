using System.Globalization;
using System.Text;
using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Topology;

/// <summary>
/// Any interleaving that keeps each partition's order, any batching, workers killed and lanes moved between any two steps: what readers of committed
/// records see is the same, once, to the last byte. Thousands of made-up runs; a run that fails says its seed.
/// </summary>
public sealed class CrashTests
{
    private const int Lanes = 2;

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
        var align = new AlignOptions(new WindowPlan(10 * Some.Ms, 10 * Some.Ms), 2 * Some.Ms, 20 * Some.Ms);
        string[] inputs = ["in-0", "in-1"];
        SourceRecord[] records = [.. Enumerable.Range(0, 5_000).SelectMany(i => inputs.Select(input => Scenario.Record(input, 0, i, $"e{i / 200}", i)))];
        var broker = new SimulatedBroker([Some.Sensor("in-0"), Some.Sensor("in-1")], records);
        var worker = new SimulatedWorker(broker, align);
        worker.Assign(0);
        while (worker.Unread is [var next, ..])
        {
            worker.ReadNext(next.Topic == "in-0" && worker.Unread is [_, var other] && worker.Read % 2 == 1 ? other : next);
            Settle(worker);
        }

        var restarted = new SimulatedWorker(broker, align);
        restarted.Assign(0);
        while (restarted.Unread is [var next, ..]) restarted.ReadNext(next);

        restarted.Read.ShouldBeLessThan(2 * 120); // of 10,000: two inputs, a span of 74 ms and its steps, and what windows still need
        broker.EntitiesKept.ShouldBeLessThanOrEqualTo(2); // of 25, of which one after the other fell silent for good
    }

    // Each as often as it is there.
    private static IEnumerable<string> Without(string[] these, string[] those)
    {
        List<string> left = [.. those];
        return these.Where(t => !left.Remove(t));
    }

    private static string[] Undisturbed(Scenario scenario)
    {
        var broker = new SimulatedBroker(scenario.Inputs, scenario.Records);
        var worker = new SimulatedWorker(broker, scenario.Align);
        for (int lane = 0; lane < Lanes; lane++) worker.Assign(lane);
        while (worker.Unread is [var next, ..]) worker.ReadNext(next);
        CatchUpAndSettle(scenario, worker);
        foreach (var account in worker.Accounts) account.Balances.ShouldBeTrue($"{account}");
        return Seen(broker);
    }

    private static string[] Disturbed(Scenario scenario, Random random)
    {
        var broker = new SimulatedBroker(scenario.Inputs, scenario.Records);
        SimulatedWorker[] workers = [new(broker, scenario.Align), new(broker, scenario.Align)];
        for (int lane = 0; lane < Lanes; lane++) workers[random.Next(2)].Assign(lane);
        int crashesLeft = random.Next(6);
        while (workers.Any(w => w.Unread.Length > 0))
        {
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
                case < 97 when worker.Lanes.Count > 0:
                    int moved = worker.Lanes.First();
                    worker.Revoke(moved);
                    workers[1 - at].Assign(moved);
                    break;
                case < 98 when crashesLeft > 0: // what it had is gone; its lanes go to a new one, or to the other
                    crashesLeft--;
                    int[] lanes = [.. worker.Lanes];
                    workers[at] = new SimulatedWorker(broker, scenario.Align);
                    foreach (int lane in lanes) workers[random.Next(2)].Assign(lane);
                    break;
            }
        }

        foreach (SimulatedWorker worker in workers) CatchUpAndSettle(scenario, worker);
        foreach (SimulatedWorker worker in workers)
            foreach (var account in worker.Accounts)
                account.Balances.ShouldBeTrue($"{account}");
        return Seen(broker);
    }

    private static void CatchUpAndSettle(Scenario scenario, SimulatedWorker worker)
    {
        foreach (int lane in worker.Lanes.Order().ToArray())
            if (scenario.SpanOf(lane) is { } span)
                worker.CatchUp(lane, span.First, span.Last);
        Settle(worker);
        worker.Commit();
    }

    private static void Settle(SimulatedWorker worker)
    {
        while (!worker.IsIdle)
        {
            worker.AlignNext();
            worker.PublishNext(noticeFirst: false);
        }

        worker.Commit();
        while (!worker.IsIdle)
        {
            worker.AlignNext();
            worker.PublishNext(noticeFirst: false);
        }
    }

    private static string[] Seen(SimulatedBroker broker) => [.. broker.Published.Order(StringComparer.Ordinal)];

    /// <summary>A pipeline of one to three inputs, and its records: ordered or not, far too late, damaged, in batches, and with long silences.</summary>
    private sealed record Scenario(IReadOnlyList<InputSpec> Inputs, AlignOptions Align, IReadOnlyList<SourceRecord> Records)
    {
        public static Scenario Any(Random random)
        {
            InputSpec[] inputs = [.. Enumerable.Range(0, random.Next(1, 4)).Select(i => Some.Sensor($"in-{i}", required: random.Next(3) == 0) with
            {
                Interpolation = (Interpolation)random.Next(3),
                ToleranceNs = random.Next(4) * Some.Ms,
            })];
            var plan = new WindowPlan(random.Next(1, 9) * Some.Ms, random.Next(1, 11) * Some.Ms);
            var align = new AlignOptions(plan, random.Next(4) * Some.Ms, random.Next(2, 20) * Some.Ms);
            SourceRecord[] records =
            [
                .. from lane in Enumerable.Range(0, Lanes)
                   from input in inputs
                   from record in Stream(random, input.Topic, lane, (int)(plan.SizeNs / Some.Ms))
                   select record,
            ];
            return new Scenario(inputs, align, records);
        }

        /// <summary>First and last event time of a lane, or null.</summary>
        public (EventTime First, EventTime Last)? SpanOf(int lane)
        {
            long[] times = [.. Records.Where(r => r.Partition == lane).Select(r => r.TimestampMs)];
            return times.Length > 0 ? (Some.At(times.Min()), Some.At(times.Max())) : null;
        }

        public static SourceRecord Record(string topic, int lane, long offset, string entity, long ms, bool damaged = false) => new(
            topic, lane, offset, ms, Encoding.UTF8.GetBytes(entity), Encoding.UTF8.GetBytes(damaged ? "?" : $"[{offset}]"),
            [new("content-type", "application/json"u8.ToArray())]);

        /// <summary>A record of several readings, up to a window's length before and after its own time. The rest of it may be damaged.</summary>
        private static SourceRecord Batch(Random random, string topic, int lane, long offset, string entity, long ms, int spread)
        {
            string channel = random.Next(4) == 0 ? "unknown" : "x";
            IEnumerable<string> lines = Enumerable.Range(0, random.Next(1, 5))
                .Select(i => $$"""{"{{channel}}": {{offset * 10 + i}}, "time": "{{Some.At(ms + random.Next(-spread, spread + 1))}}"}""");
            if (random.Next(4) == 0) lines = lines.Append("?");
            return Record(topic, lane, offset, entity, ms) with
            {
                Value = Encoding.UTF8.GetBytes(string.Join('\n', lines)),
                Headers = [new("content-type", "application/x-ndjson"u8.ToArray())],
            };
        }

        public override string ToString() => string.Join('\n',
        [
            $"{Align}", .. Inputs.Select(i => $"{i}"),
            .. Records.GroupBy(r => (r.Topic, r.Partition)).Select(g => $"{g.Key}: {string.Join(' ', g.Select(Text))}"),
        ]);

        private static string Text(SourceRecord r) => string.Create(
            CultureInfo.InvariantCulture, $"{r.Offset}:{Encoding.UTF8.GetString(r.Key!)}{r.TimestampMs}={Encoding.UTF8.GetString(r.Value!)}");

        private static IEnumerable<SourceRecord> Stream(Random random, string topic, int lane, int spread)
        {
            long offset = 0, now = 100 + random.Next(10);
            for (int left = random.Next(60); left > 0; left--)
            {
                now += random.Next(12) == 0 ? random.Next(60) : random.Next(5);
                long behind = random.Next(15) == 0 ? random.Next(80) : random.Next(3);
                string entity = "abc"[random.Next(3)].ToString();
                yield return random.Next(6) == 0
                    ? Batch(random, topic, lane, offset, entity, now - behind, spread)
                    : Record(topic, lane, offset, entity, now - behind, damaged: random.Next(20) == 0);
                offset += random.Next(10) == 0 ? 2 : 1; // a gap, as transaction markers leave
            }
        }
    }
}
