using System.Text;
using System.Threading.Tasks.Dataflow;
using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Publish;

namespace StreamPerceiver.Tests.Topology;

/// <summary>
/// Runs random scenarios in which inputs fall silent and records come late, workers are killed, and lanes move. The events of all workers, replayed, give the
/// predictions that were published. A failure names its seed.
/// </summary>
public sealed class RecordedSourceTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1_000)]
    public async Task Events_that_are_replayed_give_the_predictions_of_the_run_as_it_was(int firstSeed)
    {
        int closedEarly = 0;
        for (int seed = firstSeed; seed < firstSeed + 300; seed++)
        {
            var random = new Random(seed);
            Scenario scenario = Scenario.Any(random);
            List<RecordedEvent> events = [];
            var broker = new SimulatedBroker(scenario.Inputs, scenario.Records);
            Live(broker, scenario, random, events);
            string[] published = [.. broker.Published.Where(p => p.StartsWith("simulated/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
            string[] replayed = await Replay(scenario, events);
            closedEarly += published.Count(p => !p.Contains("\"watermark\"", StringComparison.Ordinal));
            string[] missing = [.. published.Except(replayed)], extra = [.. replayed.Except(published)];
            if (missing.Length + extra.Length > 0)
                Assert.Fail($"seed {seed}\n{scenario}\nmissing:\n{string.Join('\n', missing)}\nnot expected:\n{string.Join('\n', extra)}");
        }

        closedEarly.ShouldBeGreaterThan(500);
    }

    private static void Live(SimulatedBroker broker, Scenario scenario, Random random, List<RecordedEvent> events)
    {
        int sessions = 0;
        SimulatedWorker[] workers = [NewWorker(), NewWorker()];
        for (int lane = 0; lane < Scenario.Lanes; lane++) workers[random.Next(2)].Assign(lane);
        int interruptionsLeft = random.Next(6); // each reads again, so without an end there would be none
        while (workers.Any(w => w.Unread.Length > 0))
        {
            int at = random.Next(2);
            SimulatedWorker worker = workers[at];
            switch (random.Next(100))
            {
                case < 40 when worker.Unread is { Length: > 0 } unread:
                    worker.ReadNext(unread[random.Next(unread.Length)]);
                    break;
                case < 65:
                    worker.AlignNext();
                    break;
                case < 80:
                    worker.PublishNext(random.Next(3) == 0);
                    break;
                case < 86:
                    worker.Commit();
                    break;
                case < 96:
                    worker.AskEnds(TimeSpan.FromMilliseconds(random.Next(1_500)));
                    break;
                case < 98 when worker.Lanes.Count > 0 && interruptionsLeft-- > 0:
                    int moved = worker.Lanes.First();
                    worker.Revoke(moved);
                    workers[1 - at].Assign(moved);
                    break;
                case < 99 when interruptionsLeft-- > 0:
                    int[] lanes = [.. worker.Lanes];
                    workers[at] = NewWorker();
                    foreach (int lane in lanes) workers[random.Next(2)].Assign(lane);
                    break;
            }
        }

        foreach (SimulatedWorker worker in workers)
        {
            worker.CatchUp();
            worker.Settle();
        }

        SimulatedWorker NewWorker()
        {
            string session = $"{sessions++}";
            return new SimulatedWorker(broker, scenario.Align, (happened, _) => events.Add(new RecordedEvent(happened, long.MaxValue, session)));
        }
    }

    // Of two windows with one id the later one counts.
    private static async Task<string[]> Replay(Scenario scenario, List<RecordedEvent> events)
    {
        Dictionary<(int, string), string> predictions = []; // an entity of a scenario is in both lanes
        var alignment = new SimulatedAlignment(scenario.Inputs, scenario.Align);
        var graph = new ActionBlock<Envelope<RawRecord>[]>(run =>
        {
            foreach (Envelope<AlignedWindow> item in run.SelectMany(alignment.Accept))
            {
                if (item.Value is { } window)
                {
                    var prediction = SimulatedAlignment.Predict(window);
                    predictions[(window.Header.Lane, prediction.Id)] = $"{prediction.Id} {Encoding.UTF8.GetString(PredictionRecord.ToJson(prediction))}";
                }

                item.Ack!.Release(Outcome.Used);
            }
        });
        await new RecordedSource(events, () => SimulatedWorker.NewIntake(scenario.Inputs, scenario.Align)).ReadAsync(graph, CancellationToken.None);
        await graph.Completion;
        return [.. predictions.Values];
    }
}
