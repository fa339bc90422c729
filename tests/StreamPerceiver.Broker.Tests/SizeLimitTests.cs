using System.Text;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Broker.Tests;

/// <summary>Sizes that a producer chooses, in a topic that takes 4 MB, with dead letters in a topic that takes Kafka's own 1 MB.</summary>
public sealed class SizeLimitTests
{
    [SkippableTheory]
    [InlineData("exactly-once")]
    [InlineData("at-least-once")]
    public async Task KeysAndHeadersBeyondTheirLimits_AreDeadLettersAndEveryWindowIsAsEver(string delivery)
    {
        using var bench = new Bench(realBroker: true);
        bench.Broker.Configure("machines.camera", "max.message.bytes", "4000000");
        bench.Broker.CreateTopic(bench.Definition.DeadLetterTopic, 2);
        SourceRecord model = RealMedia.Record("door-1", "camera", RealMedia.Start, "image/jpeg", [0xFF, 0xD8]);
        SourceRecord[] bad =
        [
            model with { Key = Key(380_000) },
            model with { Key = Key(2_000_000) },
            model with { Headers = [.. model.Headers, new("trace", new byte[2_000_000])] },
            model with { Headers = [.. model.Headers, .. Enumerable.Range(0, 50_000).Select(i => new KeyValuePair<string, byte[]?>($"{i}", []))] },
        ];
        IReadOnlyList<SourceRecord> good = RealMedia.Records();
        var expected = await bench.ExpectedAsync(good);
        bench.Client.Publish([.. bad, .. good]);

        using WorkerProcess worker = bench.StartWorker($"--Kafka:Delivery={delivery}");
        IReadOnlyList<SourceRecord> letters = bench.AwaitDeadLetters(bad.Length, worker);
        var published = bench.AwaitPredictions(expected.Count, worker);
        worker.Terminate().ShouldBe(0, worker.Said);

        letters.Select(l => l.Header("__connect.errors.exception.message")).ShouldBe(
            [
                "the key is 380000 bytes, expected at most 1024", "the key is 2000000 bytes, expected at most 1024",
                "the headers are 2000054 bytes, expected at most 131072", "the record has 50002 headers, expected at most 256",
            ],
            ignoreOrder: true);
        letters.Where(l => l.Header("streamperceiver.cut-key") is not null)
            .ShouldAllBe(l => Encoding.UTF8.GetString(l.Key!).StartsWith("kkkk", StringComparison.Ordinal) && l.Key!.Length < 400);
        published.Select(p => p.Id).ShouldBe(expected.Keys, ignoreOrder: true);
        foreach ((string id, string value) in published) value.ShouldBe(expected[id]);
    }

    private static byte[] Key(int bytes) => [.. Enumerable.Repeat((byte)'k', bytes)];
}
