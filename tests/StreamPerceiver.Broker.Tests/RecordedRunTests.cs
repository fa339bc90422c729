using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Recordings;

namespace StreamPerceiver.Broker.Tests;

/// <summary>A worker that records what it reads is killed, and the replay of its files gives what it published.</summary>
public sealed class RecordedRunTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("recorded-run-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public void A_live_run_with_an_idle_input_late_records_and_a_kill_is_reproduced_as_it_was()
    {
        Skip.If(IndependentClient.Missing is not null, IndependentClient.Missing);
        using TestBroker broker = TestBroker.Start(real: true);
        var client = new IndependentClient(broker.BootstrapServers);
        using var pipeline = new TinyPipeline("asitwas", "a", "b");
        foreach (InputSpec input in pipeline.Definition.Inputs) broker.CreateTopic(input.Topic, 2);
        string live = Path.Combine(_folder, "live"), whole = Path.Combine(_folder, "whole");

        client.Publish([.. Records("a", 0, 60), .. Records("b", 0, 30)]);
        WorkerProcess first = pipeline.Start(broker, 0, "classic", $"--Recording:Folder={live}");
        pipeline.Await(client, 6 * 8, first); // b is idle from 6 s on
        client.Publish([.. Records("b", 30, 60), .. Records("a", 60, 100)]);
        pipeline.Await(client, 6 * 12, first);
        first.Kill().ShouldNotBe(0);
        client.Publish([.. Records("b", 60, 150), .. Records("a", 100, 150)]);
        WorkerProcess second = pipeline.Start(broker, 0, "classic", $"--Recording:Folder={live}");
        pipeline.Await(client, 6 * 28, second);
        second.Terminate().ShouldBe(0, second.Said);
        SourceRecord[] published = [.. client.Read(pipeline.Definition.PredictionTopic)];
        client.Read(pipeline.Definition.LateTopic!).ShouldNotBeEmpty();

        Directory.CreateDirectory(whole);
        foreach (string file in Directory.GetFiles(live))
            WorkerProcess.RunVerb("recording", "recover", file, "--out", Path.Combine(whole, Path.GetFileName(file)));
        string one = Replay("--Batch:MaxWindows=1"), many = Replay("--Batch:MaxWindows=16");

        RecordedPrediction[] expected = [.. published.Select(p => RecordedPrediction.Of(p.Header("ce_id")!, p.Topic, p.Value!, isJson: true))];
        one.ShouldContain($"hash of {published.Length} predictions: {RecordedPrediction.HashOf(expected)}");
        many.ShouldContain($"hash of {published.Length} predictions: {RecordedPrediction.HashOf(expected)}");
        published.Count(p => System.Text.Encoding.UTF8.GetString(p.Value!).Contains("\"idle\"")).ShouldBeGreaterThan(0);

        string Replay(string setting)
            => WorkerProcess.RunVerb("replay", whole, "--pipeline", pipeline.Definition.File, "--Inference:Threads=1", setting);
    }

    // Of today: after half a minute the broker deletes what is older than its retention.
    private static IEnumerable<SourceRecord> Records(string input, int first, int end) =>
        from step in Enumerable.Range(first, end - first)
        from entity in Enumerable.Range(0, 6)
        select TinyPipeline.Record(input, entity, RealMedia.Start.Nanoseconds / EventTime.PerMillisecond + 200 * step, $"[{Math.Sin(step * 0.1 + entity):F5}]");
}
