using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Recordings;

namespace StreamPerceiver.Broker.Tests;

/// <summary>What Apache Kafka has is recorded, and replayed without it to the predictions that the worker published.</summary>
public sealed class RecordingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("recording-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public void A_recording_has_every_record_gives_the_predictions_of_the_live_run_and_goes_back_to_Kafka_as_it_came()
    {
        Skip.If(IndependentClient.Missing is not null, IndependentClient.Missing);
        using TestBroker broker = TestBroker.Start(real: true);
        var client = new IndependentClient(broker.BootstrapServers);
        using var pipeline = new TinyPipeline("recorded", "a", "b");
        foreach (InputSpec input in pipeline.Definition.Inputs) broker.CreateTopic(input.Topic, 2);
        client.Publish(Records(0, 60));
        WorkerProcess first = pipeline.Start(broker, 0);
        pipeline.Await(client, 20, first);
        first.Kill().ShouldNotBe(0);
        client.Publish(Records(60, 150));
        WorkerProcess second = pipeline.Start(broker, 0);
        pipeline.Await(client, 6 * 28, second);
        second.Terminate().ShouldBe(0, second.Said);
        SourceRecord[] live = [.. client.Read(pipeline.Definition.PredictionTopic)];

        string golden = Path.Combine(_folder, "golden.jsonl"), file = pipeline.Definition.File;
        WorkerProcess.RunVerb("record", "--pipeline", file, "--out", _folder, "--from", "beginning", "--until-end", Brokers(broker));
        WorkerProcess.RunVerb("replay", _folder, "--pipeline", file, "--accept", golden, "--Inference:Threads=1");
        string again = WorkerProcess.RunVerb("replay", _folder, "--pipeline", file, "--verify", golden, "--Batch:MaxWindows=1", "--Inference:Threads=1");
        string published = WorkerProcess.RunVerb("replay", _folder, "--pipeline", file, "--verify", _folder, "--Inference:Threads=1");

        foreach (string topic in new[] { "copy.a", "copy.b" }) broker.CreateTopic(topic, 2);
        WorkerProcess.RunVerb("replay", _folder, "--pipeline", file, "--publish", "--rate", "0", "--remap", "tiny.a=copy.a", "--remap", "tiny.b=copy.b",
            Brokers(broker));

        RecordedRecord[] recorded = [.. RecordingReader.Read(RecordingReader.FilesOf([_folder]))];
        foreach (InputSpec input in pipeline.Definition.Inputs)
            Texts(recorded.Select(r => r.Record).Where(r => r.Topic == input.Topic)).ShouldBe(Texts(client.Read(input.Topic)));
        foreach (string input in new[] { "a", "b" })
            Texts(client.Read($"copy.{input}").Select(r => r with { Topic = $"tiny.{input}" })).ShouldBe(Texts(client.Read($"tiny.{input}")));
        again.ShouldContain($"{live.Length} predictions in {golden}, 0 differ, compared to the bit");
        published.ShouldContain($"{live.Length} predictions in {_folder}, 0 differ, compared to the bit");
        RecordedPrediction.ReadAll(golden).Select(p => $"{p.Id} {p.Json}").Order(StringComparer.Ordinal).ShouldBe(TinyPipeline.Predictions(live));
        RecordedPrediction[] all = [.. live.Select(p => RecordedPrediction.Of(p.Header("ce_id")!, p.Topic, p.Value!, isJson: true))];
        again.ShouldContain($"hash of {live.Length} predictions: {RecordedPrediction.HashOf(all)}");
    }

    [SkippableFact]
    public void Partitions_that_are_added_meanwhile_are_recorded_from_their_first_record()
    {
        Skip.If(IndependentClient.Missing is not null, IndependentClient.Missing);
        using TestBroker broker = TestBroker.Start(real: true);
        var client = new IndependentClient(broker.BootstrapServers);
        broker.CreateTopic("tiny.a", 1);
        client.Publish(Records(0, 10).Where(r => r.Topic == "tiny.a"));
        using WorkerProcess recorder = WorkerProcess.StartVerb("record", "tiny.a", "--out", _folder, "--from", "beginning", Brokers(broker));
        AwaitWords(recorder, "record: 60 records");

        broker.AddPartitions("tiny.a", 4);
        client.Publish(Records(10, 30).Where(r => r.Topic == "tiny.a"));
        AwaitWords(recorder, "record: 180 records");

        recorder.Terminate().ShouldBe(0, recorder.Said);
        SourceRecord[] recorded = [.. RecordingReader.Read(RecordingReader.FilesOf([_folder])).Select(r => r.Record)];
        recorded.Select(r => r.Partition).Distinct().Count().ShouldBeGreaterThan(1);
        Texts(recorded).ShouldBe(Texts(client.Read("tiny.a")));

        void AwaitWords(WorkerProcess process, string words)
        {
            for (int attempt = 0; attempt < 600 && !process.Said.Contains(words); attempt++) client.Read("tiny.a");
            process.Said.ShouldContain(words);
        }
    }

    private static string Brokers(TestBroker broker) => $"--Kafka:BootstrapServers={broker.BootstrapServers}";

    // Of today: after half a minute the broker deletes what is older than its retention.
    private static IEnumerable<SourceRecord> Records(int first, int end) =>
        from step in Enumerable.Range(first, end - first)
        from entity in Enumerable.Range(0, 6)
        from input in new[] { "a", "b" }
        select TinyPipeline.Record(input, entity, RealMedia.Start.Nanoseconds / EventTime.PerMillisecond + 200 * step, $"[{Math.Sin(step * 0.1 + entity):F5}]");

    private static string[] Texts(IEnumerable<SourceRecord> records) =>
    [
        .. records.Select(r => $"{r} {r.TimestampMs} {Text(r.Key)} {Text(r.Value)} {string.Join(' ', r.Headers.Select(h => $"{h.Key}={Text(h.Value)}"))}")
            .Order(StringComparer.Ordinal),
    ];

    private static string Text(byte[]? bytes) => bytes is null ? "null" : Encoding.UTF8.GetString(bytes);
}
