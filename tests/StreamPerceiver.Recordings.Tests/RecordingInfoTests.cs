using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Mcap;
using StreamPerceiver.Recordings.Info;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Recordings.Tests;

/// <summary>What <c>recording info</c> finds in recordings.</summary>
public sealed class RecordingInfoTests : IDisposable
{
    private const long Start = 1_700_000_000_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("recording-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Topics_have_their_rates_types_entities_and_offsets()
    {
        Write("r",
            Enumerable.Range(0, 101).Select(i => Record("imu", i % 2, i, i * 100, $"m{i % 3}", "application/json"))
                .Append(Record("imu", 0, 100, 10_000, "m0", null))
                .Append(Record("log", 4, 7, 0, "m1", "text/plain") with { TimestampKind = TimestampKind.LogAppendTime }));

        RecordingInfo info = Read();

        (info.Messages, info.First, info.Seconds).ShouldBe((103, "2023-11-14T22:13:20Z", 10.0));
        TopicInfo imu = info.Topics[0];
        (imu.Topic, imu.Messages, imu.RateHz, imu.Entities).ShouldBe(("imu", 102, 10.1, 3));
        imu.EntityNames.ShouldBe(["m0", "m1", "m2"]);
        imu.MediaTypes.Select(t => $"{t.Key} {t.Value}").ShouldBe([" 1", "application/json 101"]);
        imu.Partitions.ShouldBe([new PartitionInfo(0, 52, 0, 100, 50, 1), new PartitionInfo(1, 50, 1, 99, 49, 0)]);
        (imu.EventTimes["timestamp"], imu.Timestamps["producer"], info.Topics[1].Timestamps["broker"]).ShouldBe((102, 102, 1));
        (imu.ClockOffset, info.Topics[1].RateHz).ShouldBe((null, null));
        imu.Schemas.ShouldBe(["streamperceiver.JsonRecord"]);
    }

    [Fact]
    public void The_longest_silences_are_named_by_partition_and_by_entity()
    {
        Write("r", Enumerable.Range(0, 100).Where(i => i is < 40 or >= 70 || i % 2 == 0).Where(i => i is < 80 or > 85)
            .Select(i => Record("imu", 0, i, i * 100, $"m{i % 2}", "application/json")));

        Read().Topics.Single().Silences.Select(s => $"{s.Of} {s.Seconds} {s.From}").ShouldBe(
        [
            "partition 0 0.7 2023-11-14T22:13:27.900Z", "partition 0 0.2 2023-11-14T22:13:24Z", "partition 0 0.2 2023-11-14T22:13:24.200Z",
            "entity m1 3.2 2023-11-14T22:13:23.900Z", "entity m0 0.8 2023-11-14T22:13:27.800Z", "entity m1 0.8 2023-11-14T22:13:27.900Z",
        ]);
    }

    [Fact]
    public void Clock_offsets_are_those_of_Kafkas_timestamp_and_entities_that_are_off_are_named()
    {
        Write("r", Enumerable.Range(0, 1000).Select(i =>
            Timed(Record("imu", 0, i, i * 10, $"m{i % 5}", "application/json"), behindMs: i % 5 == 3 ? 2500 : i % 20)));

        TopicInfo imu = Read().Topics.Single();

        imu.ClockOffset.ShouldBe(new ClockOffset(11, 2500));
        imu.OffEntities.ShouldBe([new EntityOffset("m3", 2500)]);
        imu.EventTimes["ce_time"].ShouldBe(1000);
    }

    [Fact]
    public async Task A_pipeline_counts_windows_and_the_inputs_that_they_lack()
    {
        // The sound of machine b ends after 5 of 10 seconds, and one record of it is no JSON.
        SourceRecord[] records =
        [
            .. Enumerable.Range(0, 100).SelectMany(i => new[] { "a", "b" }.SelectMany((machine, lane) => new[]
            {
                Record("imu", lane, i, i * 100, machine, "application/json"),
                Record("sound", lane, i, i * 100, machine, "application/json"),
            })).Where(r => r is not { Topic: "sound", Partition: 1, Offset: >= 50 }),
        ];
        int bad = Array.FindIndex(records, r => r is { Topic: "sound", Partition: 0, Offset: 33 });
        records[bad] = records[bad] with { Value = "{"u8.ToArray() };

        PipelineInfo info = await new WindowCensus(ReadPipeline(), new MemoryBudget(1 << 28)).RunAsync(
            records.Select(r => new RecordedEvent(new RecordRead(r), r.TimestampMs * EventTime.PerMillisecond, Session: null)));

        (info.Windows, info.Entities, info.Skipped).ShouldBe((18, 2, 0));
        info.LeastComplete.ShouldBe([new EntityWindows("b", 9, 5, "sound", 3), new EntityWindows("a", 9, 9, null, 0)]);
        info.Complete.ShouldBe(14);
        info.Rejected.ShouldBe(new Dictionary<string, long> { ["Undecodable"] = 1 });
        InputInfo sound = info.Inputs[1];
        (sound.Input, sound.Records, sound.Rejected, sound.Late, sound.Absent, sound.EventTimes["timestamp"]).ShouldBe(("sound", 150, 1, 0, 3, 150));
        sound.ClockOffset.ShouldBe(new ClockOffset(0, 0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Files_of_other_programs_have_topics_rates_and_silences(bool hasIndexes)
    {
        string path = Path.Combine(_folder, "bag.mcap");
        using (FileStream stream = File.Create(path))
        using (var writer = new McapWriter(stream, new McapWriterOptions { Profile = "ros2", Library = "other", ChunkBytes = hasIndexes ? 100 : 0 }))
        {
            writer.Add(new McapSchema(1, "sensor_msgs/msg/Imu", "ros2msg", default));
            writer.Add(new McapChannel(1, 1, "/imu", "cdr", new Dictionary<string, string>()));
            for (uint i = 0; i < 11; i++)
            {
                ulong time = ((ulong)Start + (i * 500) + (i > 5 ? 4000u : 0)) * 1_000_000;
                writer.Add(new McapMessage(1, i, time, 0, new byte[8]));
            }
        }

        RecordingInfo info = Read();

        FileOverview file = info.Files.Single();
        (file.Profile, file.Library, file.HasIndexes, file.Chunks).ShouldBe(("ros2", "other", hasIndexes, hasIndexes ? 5 : 0));
        TopicInfo imu = info.Topics.Single();
        (imu.Topic, imu.Messages, imu.Bytes, imu.RateHz, imu.Entities).ShouldBe(("/imu", 11, 88, 1.111, 0));
        (imu.Schemas.Single(), imu.MediaTypes["cdr"], imu.Partitions.Count).ShouldBe(("sensor_msgs/msg/Imu", 11, 0));
        imu.Silences[0].ShouldBe(new Silence("channel", "2023-11-14T22:13:22.500Z", "2023-11-14T22:13:27Z", 4.5));
    }

    [Fact]
    public void Numbers_are_thinned_evenly()
    {
        var samples = new ThinnedSamples(100);
        for (int i = 1; i <= 100_000; i++) samples.Add(i);
        samples.Quantile(0.5)!.Value.ShouldBeInRange(48_000, 52_000);
        samples.Quantile(0.95)!.Value.ShouldBeInRange(93_000, 97_000);
    }

    private RecordingInfo Read() => RecordingInfoReader.Read(RecordingReader.FilesOf([_folder]));

    private PipelineDefinition ReadPipeline()
    {
        string path = Path.Combine(_folder, "p.json");
        File.WriteAllText(path, """
            {
              "name": "machines", "model": "model", "window": { "sizeMs": 1000, "hopMs": 1000, "outOfOrdernessMs": 0, "idleAfterMs": 1000 },
              "inputs": {
                "imu": { "topic": "imu", "modality": "sensor", "rateHz": 10, "channels": ["v"] },
                "sound": { "topic": "sound", "modality": "sensor", "rateHz": 10, "channels": ["v"], "required": false }
              },
              "outputs": { "state": {} }, "topics": { "predictions": "machines.predictions" }
            }
            """);
        return PipelineReader.Read(path);
    }

    private void Write(string name, IEnumerable<SourceRecord> records)
    {
        using var writer = new RecordingWriter(_folder, name);
        foreach (SourceRecord record in records) writer.Add(record, record.TimestampMs * EventTime.PerMillisecond);
    }

    private static SourceRecord Record(string topic, int partition, long offset, long ms, string key, string? type)
        => new(topic, partition, offset, Start + ms, Encoding.UTF8.GetBytes(key), "[1]"u8.ToArray(),
            type is null ? [] : [new(SourceRecord.ContentTypeHeader, Encoding.UTF8.GetBytes(type))]);

    private static SourceRecord Timed(SourceRecord record, long behindMs)
    {
        byte[] time = Encoding.UTF8.GetBytes(EventTime.FromUnixMilliseconds(record.TimestampMs - behindMs).ToString());
        return record with { Headers = [.. record.Headers, new("ce_time", time)] };
    }
}
