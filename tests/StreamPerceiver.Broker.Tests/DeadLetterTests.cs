using System.Text.Json.Nodes;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Broker.Tests;

/// <summary>What could not be used, as the tools of others find it.</summary>
public sealed class DeadLetterTests
{
    [SkippableFact]
    public void BadRecords_ReadByNamesOfConnectOrOfSpringAlone_AreFoundWhereAndAsTheyWere()
    {
        using var bench = new Bench(realBroker: true);
        bench.Broker.Configure("machines.microphone", "message.timestamp.type", "LogAppendTime");
        SourceRecord model = RealMedia.Record("door-1", "camera", RealMedia.Start, "image/jpeg", [0xFF, 0xD8, 0xFF, 0x00]);
        SourceRecord[] bad =
        [
            model,
            model with { Key = null },
            model with { Key = [0xC0, 0x00] },
            model with { Value = null },
            model with { Value = [] },
            model with { Headers = [] },
            model with { Headers = [new("trace", null), .. model.Headers, new("trace", []), new("trace", "2"u8.ToArray()), new("trace", null)] },
            model with { Headers = [new("content-type", [.. Enumerable.Repeat((byte)'x', 50_000)])] },
            RealMedia.Record("door-2", "microphone", RealMedia.Start, "audio/wav", "RIFF"u8.ToArray()), // stamped by the broker
        ];
        bench.Client.Publish(bad);

        long begun = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        using WorkerProcess worker = bench.StartWorker();
        IReadOnlyList<SourceRecord> letters = bench.AwaitDeadLetters(bad.Length, worker);
        worker.Terminate().ShouldBe(0, worker.Said);

        string[] sources = ["machines.camera", "machines.microphone"];
        Dictionary<string, SourceRecord> originals = sources.SelectMany(t => bench.Client.Read(t)).ToDictionary(r => r.ToString());
        originals.Values.Select(r => r.TimestampKind).Distinct().ShouldBe([TimestampKind.CreateTime, TimestampKind.LogAppendTime], ignoreOrder: true);
        foreach (string scheme in new[] { "connect", "spring" })
        {
            IReadOnlyList<SourceRecord> found = bench.Client.ReadOrigins(bench.Definition.DeadLetterTopic, scheme);
            found.Select(f => f.ToString()).ShouldBe(originals.Keys, ignoreOrder: true, scheme);
            foreach (SourceRecord letter in found)
            {
                SourceRecord original = originals[letter.ToString()];
                letter.Key.ShouldBe(original.Key, $"{scheme}, {letter}");
                letter.Value.ShouldBe(original.Value, $"{scheme}, {letter}");
                if (scheme == "spring") (letter.TimestampMs, letter.TimestampKind).ShouldBe((original.TimestampMs, original.TimestampKind), $"{letter}");
                else letter.TimestampMs.ShouldBeGreaterThanOrEqualTo(begun); // Connect has no header for the time
                Written(letter.Headers.Take(original.Headers.Count)).ShouldBe(Written(original.Headers), $"{scheme}, {letter}");
            }
        }

        letters.ShouldAllBe(l => l.Header("__connect.errors.exception.message") == l.Header("kafka_dlt-exception-message"));
        letters.Select(l => l.Header("kafka_dlt-exception-message")).ShouldContain("header content-type is 50000 bytes, expected at most 256");
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void BadRecord_LargerThanTopicsTakeByDefault_IsADeadLetterThatIsCutWhereItMustBe(bool deadLettersAreSmall)
    {
        using var bench = new Bench(realBroker: true);
        string deadLetters = bench.Definition.DeadLetterTopic;
        bench.Broker.Configure("machines.camera", "max.message.bytes", "4000000");
        if (deadLettersAreSmall) bench.Broker.CreateTopic(deadLetters, 2); // by somebody who left the limit at Kafka's
        SourceRecord large = RealMedia.Record("door-1", "camera", RealMedia.Start, "image/jpeg", new byte[3_000_000]);
        bench.Client.Publish([large]);

        using WorkerProcess worker = bench.StartWorker();
        SourceRecord letter = bench.AwaitDeadLetters(1, worker).Single();
        worker.Terminate().ShouldBe(0, worker.Said);

        letter.Header("kafka_dlt-exception-fqcn").ShouldBe("Undecodable");
        if (!deadLettersAreSmall) letter.Value.ShouldBe(large.Value);
        else letter.Header("streamperceiver.cut").ShouldBe($"value: {letter.Value!.Length} of 3000000 bytes are here");
        if (deadLettersAreSmall) letter.Value!.Length.ShouldBeInRange(500_000, 1_048_588 / 2);
    }

    // Finite numbers, and so they decode; in float32 the model overflows on them. The reading at 5 s is in the windows that end at 6 and 7 s.
    [SkippableTheory]
    [InlineData(true, "exactly-once")]
    [InlineData(false, "at-least-once")]
    public async Task PoisonWindow_AndAKillBehindIt_IsOneDeadLetterAndEveryOtherWindowIsAsEver(bool realBroker, string delivery)
    {
        using var bench = new Bench(realBroker);
        IReadOnlyList<SourceRecord> good = RealMedia.Records();
        EventTime time = RealMedia.Start + 5 * EventTime.PerSecond;
        SourceRecord poison = RealMedia.Record("door-1", "accelerometer", time, "application/json", """{"x":3.4e38,"y":-3.4e38,"z":3.4e38}"""u8.ToArray());
        string[] windows = [.. new[] { 6, 7 }.Select(s => $"machine-activity/door-1/{(RealMedia.Start + s * EventTime.PerSecond).Nanoseconds}")];
        Dictionary<string, string> expected = (await bench.ExpectedAsync(good)).Where(e => !windows.Contains(e.Key)).ToDictionary();
        SourceRecord[] records =
            [.. good.Select(r => r.Topic == poison.Topic && r.TimestampMs == poison.TimestampMs && r.Key!.SequenceEqual(poison.Key!) ? poison : r)];
        int cut = Array.IndexOf(records, poison) + records.Length / 3;

        bench.Client.Publish(records[..cut]);
        using (WorkerProcess first = bench.StartWorker($"--Kafka:Delivery={delivery}"))
        {
            bench.AwaitDeadLetters(2, first);
            first.Kill().ShouldNotBe(0);
        }

        bench.Client.Publish(records[cut..]);
        using WorkerProcess second = bench.StartWorker($"--Kafka:Delivery={delivery}");
        var published = bench.AwaitPredictions(expected.Count, second);
        second.Terminate().ShouldBe(0, second.Said);

        published.Select(p => p.Id).Distinct().ShouldBe(expected.Keys, ignoreOrder: true);
        foreach ((string id, string value) in published) value.ShouldBe(expected[id]);
        JsonNode[] letters = [.. bench.Client.Read(bench.Definition.DeadLetterTopic).Select(l => JsonNode.Parse(l.Value)!)];
        letters.ShouldAllBe(
            l => l["reason"]!.GetValue<string>() == "NotFinite" && l["entity"]!.GetValue<string>() == "door-1"
                && l["pipeline"]!.GetValue<string>() == "machine-activity");
        string[] ends = [.. letters.Select(l => l["window"]!["end"]!.GetValue<string>())];
        (delivery == "exactly-once" ? ends : ends.Distinct()).ShouldBe([$"{time + EventTime.PerSecond}", $"{time + 2 * EventTime.PerSecond}"]);
    }

    private static string[] Written(IEnumerable<KeyValuePair<string, byte[]?>> headers)
        => [.. headers.Select(h => $"{h.Key}={(h.Value is null ? "null" : Convert.ToHexString(h.Value))}")];
}
