using StreamPerceiver.Flow;

namespace StreamPerceiver.Broker.Tests;

/// <summary>Real video, real speech and readings, published and read back by an independent client, through the worker's own process.</summary>
public sealed class RealMediaTests
{
    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Recording_ThroughTheWorker_GivesEveryWindowOnceWithTheValuesOfARunInMemory(bool realBroker)
    {
        using var bench = new Bench(realBroker);
        IReadOnlyList<SourceRecord> records = RealMedia.Records();
        IReadOnlyDictionary<string, string> expected = await bench.ExpectedAsync(records);

        // 12 s of data a door, and windows of 2 s that begin every second, from one second before the data. Windows close 200 ms late. So the
        // windows that end in seconds 1 to 11 are published. The last reading is at 11.98, so the window that ends in second 12 is still open.
        expected.Count.ShouldBe(RealMedia.Entities.Length * (RealMedia.Seconds - 1));
        bench.Client.Publish(records);

        using WorkerProcess worker = bench.StartWorker();
        bench.AwaitPredictions(expected.Count, worker);
        worker.Terminate().ShouldBe(0, worker.Said);

        var published = bench.AwaitPredictions(expected.Count, worker);
        published.Select(p => p.Id).ShouldBe(expected.Keys, ignoreOrder: true);
        foreach ((string id, string value) in published) value.ShouldBe(expected[id]);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task BrokenRecords_AmongGoodOnes_AreDeadLettersWithTheirReasonAndTheRestGoesOn(bool realBroker)
    {
        using var bench = new Bench(realBroker);
        IReadOnlyList<SourceRecord> good = RealMedia.Records();
        EventTime time = RealMedia.Start + 5 * EventTime.PerSecond;
        byte[] picture = good.First(r => r.Topic == "machines.camera").Value!;
        SourceRecord[] broken =
        [
            RealMedia.Record("door-1", "camera", time, "image/jpeg", picture[..(picture.Length / 2)]),
            RealMedia.Record("door-1", "microphone", time, "audio/wav", "RIFF....WAVEnothing"u8.ToArray()),
            RealMedia.Record("door-2", "accelerometer", time, "application/json", "{\"x\":1,\"y\":2}"u8.ToArray()),
            RealMedia.Record("door-2", "accelerometer", time, "application/xml", "<x>1</x>"u8.ToArray()),
            RealMedia.Record("door-2", "camera", time, "image/jpeg", picture) with { Key = null },
        ];
        int middle = good.Count / 2;
        IReadOnlyDictionary<string, string> expected = await bench.ExpectedAsync(good);
        bench.Client.Publish([.. good.Take(middle), .. broken, .. good.Skip(middle)]);

        using WorkerProcess worker = bench.StartWorker();
        var published = bench.AwaitPredictions(expected.Count, worker);
        worker.Terminate().ShouldBe(0, worker.Said);
        published.Select(p => p.Id).ShouldBe(expected.Keys, ignoreOrder: true);

        IReadOnlyList<SourceRecord> letters = bench.Client.Read(bench.Definition.DeadLetterTopic);
        letters.Select(l => l.Header("__connect.errors.exception.class.name")).ShouldBe(
            ["Undecodable", "Undecodable", "WrongShape", "UnknownContentType", "MissingKey"], ignoreOrder: true);
        foreach (SourceRecord record in broken)
        {
            SourceRecord letter = letters.Single(l => l.Value!.SequenceEqual(record.Value!) && l.Header("__connect.errors.topic") == record.Topic);
            letter.Key.ShouldBe(record.Key);
            letter.Header("content-type").ShouldBe(record.Header("content-type"));
            letter.Header("__connect.errors.exception.message").ShouldNotBeNullOrEmpty();
            SourceRecord original = bench.Client.Read(record.Topic).Single(r =>
                $"{r.Partition}" == letter.Header("__connect.errors.partition") && $"{r.Offset}" == letter.Header("__connect.errors.offset"));
            original.Value.ShouldBe(record.Value);
        }
    }
}
