using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Kafka;

namespace StreamPerceiver.Worker.Tests;

/// <summary><c>replay --publish</c> to the embedded broker.</summary>
public sealed class PublishVerbTests : IDisposable
{
    private readonly WorkerProcess _worker = new();
    private readonly EmbeddedBroker _broker = new();
    private readonly SourceRecord[] _records = [.. Enumerable.Range(0, 20).Select(i => TinyRecording.Record(i, $"[{i}]", partitions: 2))];

    public PublishVerbTests()
    {
        TinyRecording.WritePipeline(_worker);
        TinyRecording.Write(Path.Combine(_worker.Folder, "r.mcap"), _records);
    }

    public void Dispose()
    {
        _worker.Dispose();
        _broker.Dispose();
    }

    [Fact]
    public async Task Records_come_back_with_keys_headers_partitions_and_timestamps()
    {
        WorkerProcess.Ended ended = await PublishAsync();

        (ended.Code, ended.Error).ShouldBe((0, ""));
        Texts(Read()).ShouldBe(Texts(_records));
    }

    [Fact]
    public async Task Seconds_from_the_start_choose_a_part()
    {
        await PublishAsync("--start", "1", "--duration", "2");

        Texts(Read()).ShouldBe(Texts(_records[5..15]));
    }

    [Fact]
    public async Task Loops_go_on_in_time_from_a_start_of_ones_own()
    {
        const string start = "2030-01-01T00:00:00Z";
        EventTime.TryParse(start, out EventTime first).ShouldBeTrue();
        long shiftMs = first.Nanoseconds / EventTime.PerMillisecond - TinyRecording.StartMs;

        WorkerProcess.Ended ended = await PublishAsync("--loop", "3", "--shift", start, "--pipeline", "tiny.json");

        (ended.Code, ended.Error).ShouldBe((0, ""));
        Texts(Read()).ShouldBe(Texts(Enumerable.Range(0, 3).SelectMany(loop => _records.Select(r => Later(r, shiftMs + 4000 * loop, 10 * loop)))));
    }

    [Theory]
    [InlineData(1, "topic tiny.a at BROKER: has 1 partitions, expected 2 partitions or more")]
    [InlineData(2, "replay: --from and --start are given, expected one of them", "--from", "2023-11-14T22:13:22Z", "--start", "1")]
    [InlineData(2, "--duration is -1, expected 0 to 1000000000 seconds", "--duration=-1")]
    [InlineData(2, "--shift is 'noon', expected now or an RFC 3339 time", "--shift", "noon")]
    [InlineData(
        2, "input a: its event time is in field at of the payload, which no shift changes, expected a header or a timestamp",
        "--shift", "now", "--pipeline", "field.json")]
    public async Task What_does_not_fit_is_refused_before_the_first_record(int partitions, string error, params string[] options)
    {
        string tiny = File.ReadAllText(Path.Combine(_worker.Folder, "tiny.json"));
        _worker.Write("field.json", tiny.Replace("\"rateHz\"", "\"eventTime\": { \"field\": \"at\" }, \"rateHz\"", StringComparison.Ordinal));
        _broker.CreateTopic("tiny.a", partitions);

        WorkerProcess.Ended ended = await _worker.RunAsync(["replay", "r.mcap", "--publish", Brokers, .. options]);

        (ended.Code, ended.Error).ShouldBe((2, error.Replace("BROKER", _broker.BootstrapServers, StringComparison.Ordinal) + "\n"));
    }

    private string Brokers => $"--Kafka:BootstrapServers={_broker.BootstrapServers}";

    private Task<WorkerProcess.Ended> PublishAsync(params string[] options)
    {
        _broker.CreateTopic("tiny.a", 2);
        return _worker.RunAsync(["replay", "r.mcap", "--publish", "--rate", "0", Brokers, .. options]);
    }

    private SourceRecord[] Read()
    {
        using var reader = new TopicReader(
            _broker.BootstrapServers, new Dictionary<string, string>(), ["tiny.a"], TimeProvider.System, NullLogger.Instance);
        return [.. reader.Read(new ReadFrom(), untilEnd: true, () => { }, CancellationToken.None).Cast<RecordRead>().Select(read => read.Record)];
    }

    private static SourceRecord Later(SourceRecord record, long milliseconds, int offsets) => record with
    {
        Offset = record.Offset + offsets,
        TimestampMs = record.TimestampMs + milliseconds,
        Headers =
        [
            record.Headers[0],
            new("ce_time", Encoding.UTF8.GetBytes(EventTime.FromUnixMilliseconds(record.TimestampMs + milliseconds).ToString())), .. record.Headers.Skip(2),
        ],
    };

    // By partition and offset; what the first part of a recording leaves out has the offsets from 0 at the new place.
    private static string[] Texts(IEnumerable<SourceRecord> records) =>
    [
        .. records.GroupBy(r => r.Partition).OrderBy(p => p.Key).SelectMany(p => p.OrderBy(r => r.Offset).Select((r, i) =>
            $"{r.Partition}/{i} {r.TimestampMs} {Text(r.Key)} {Text(r.Value)} {string.Join(' ', r.Headers.Select(h => $"{h.Key}={Text(h.Value)}"))}")),
    ];

    private static string Text(byte[]? bytes) => bytes is null ? "null" : Encoding.UTF8.GetString(bytes);
}
