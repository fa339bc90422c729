using System.Text;
using Microsoft.Extensions.Time.Testing;
using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Publish;
using StreamPerceiver.TestKit;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Tests.Topology;

/// <summary>A pipeline of sensor and sound, its model, and ten seconds of records of three presses.</summary>
internal sealed class Presses : IDisposable
{
    private const int Seconds = 10;

    private readonly PipelineFile _file = new();

    public Presses() => Definition = _file.Read(root => root["inputs"]!.AsObject().Remove("cam"));

    public PipelineDefinition Definition { get; }

    public void Dispose() => _file.Dispose();

    public Task<InMemoryResult> RunAsync(
        IEnumerable<SourceRecord> records, BatchOptions? batch = null, Action<TokenBatch>? beforeRun = null, PipelineDefinition? definition = null)
        => InMemoryRun.RunAsync(
            definition ?? Definition,
            new StubPerceiver(Definition.Inputs, Definition.Align.Plan.SizeNs) { BeforeRun = beforeRun ?? (_ => { }) },
            batch ?? new BatchOptions(),
            records,
            new FakeTimeProvider());

    public static IReadOnlyList<string> Values(InMemoryResult result)
        => [.. result.Predictions.Select(p => Encoding.UTF8.GetString(PredictionRecord.Value(p)))];

    /// <summary>Three machines in two lanes: a reading every 200 ms, and sound of 100 Hz in chunks of 500 ms.</summary>
    public static IEnumerable<SourceRecord> Records()
        => Offsets(
            from ms in Enumerable.Range(0, Seconds * 10).Select(i => i * 100)
            from machine in Enumerable.Range(0, 3)
            from record in new[]
            {
                (At: 200, Record("t.imu", machine, ms, "application/json", $$"""{"x":{{machine}},"y":{{ms}}}""")),
                (At: 500, Record("t.sound", machine, ms, "audio/pcm;rate=100;channels=1;format=s16le", new string((char)('A' + machine), 100))),
            }
            where ms % record.At == 0
            select record.Item2);

    private static SourceRecord Record(string topic, int machine, int ms, string contentType, string payload)
        => new(topic, machine % 2, 0, ms, Encoding.UTF8.GetBytes($"press-{machine}"), Encoding.UTF8.GetBytes(payload),
            [new("content-type", Encoding.UTF8.GetBytes(contentType))]);

    public static IEnumerable<SourceRecord> Offsets(IEnumerable<SourceRecord> records)
    {
        Dictionary<string, long> next = [];
        foreach (SourceRecord record in records)
        {
            next[record.Topic] = next.GetValueOrDefault(record.Topic, -1) + 1;
            yield return record with { Offset = next[record.Topic] };
        }
    }
}
