using StreamPerceiver.Decode;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.Schemas;
using StreamPerceiver.TestKit;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Kafka.Tests;

/// <summary>An input with schemas of a registry, the registry, and the client that asks it.</summary>
internal sealed class RegistryPipeline : IDisposable
{
    public const string Topic = "readings";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();
    private readonly ConfluentRegistry _client;
    private readonly SchemaCache _cache;
    private readonly Decoder _decoder;
    private readonly InputSpec _input;
    private readonly CancellationTokenSource _stop = new();

    /// <param name="channels">The channels of the input.</param>
    /// <param name="client">Further settings of the client.</param>
    public RegistryPipeline(string[] channels, params (string Key, string Value)[] client)
    {
        string file = Path.Combine(_folder.FullName, "pipeline.json");
        string names = string.Join(", ", channels.Select(c => $"\"{c}\""));
        File.WriteAllText(file, $$"""
            {
              "name": "p", "window": { "sizeMs": 1000 }, "model": "m", "outputs": { "o": {} }, "topics": { "predictions": "out" },
              "inputs": { "imu": { "topic": "{{Topic}}", "modality": "sensor", "channels": [{{names}}], "rateHz": 10, "registry": true } }
            }
            """);
        PipelineDefinition definition = PipelineReader.Read(file);
        _input = definition.Inputs[0];
        _client = new ConfluentRegistry(new RegistryOptions(Server.Url, 5_000, client.ToDictionary(c => c.Key, c => c.Value)));
        _cache = new SchemaCache(_client, new Backoff(TimeSpan.Zero, TimeSpan.Zero, new Random(1)), TimeProvider.System)
        {
            OnAway = reason => Away.TrySetResult(reason),
        };
        _decoder = new Decoder(definition.Inputs, "decode", schemas: id => _cache.Find(id, _stop.Token));
    }

    /// <summary>The registry.</summary>
    public SchemaRegistryServer Server { get; } = new();

    /// <summary>The reason why the registry is away, once it is.</summary>
    public TaskCompletionSource<string> Away { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Decodes the value of a record.</summary>
    public (float[]? Values, Rejection? Rejection) Decode(byte[] value)
    {
        List<MediaSample> samples = [];
        var record = new SourceRecord(Topic, 0, 0, 0, "e"u8.ToArray(), value, []);
        Rejection? rejection = _decoder.Decode(new RawRecord(new StreamKey(0, "e", 0), default, record), samples);
        return (samples.Cast<SensorReading>().SingleOrDefault()?.Values, rejection);
    }

    /// <summary>Reads the event time of a record, which is in a field.</summary>
    public (EventTime? Time, RejectionReason Reason, string Problem) FindTime(byte[] value, string field)
    {
        InputSpec input = _input with { TimeSource = new EventTimeSource(EventTimeKind.Field, field, TimeFormat.Ms) };
        var record = new SourceRecord(Topic, 0, 0, 0, "e"u8.ToArray(), value, []);
        bool isRead = new EventTimeReader([input], long.MaxValue, id => _cache.Find(id, _stop.Token))
            .TryRead(record, 0, out EventTime time, out _, out RejectionReason reason, out string problem);
        return (isRead ? time : null, reason, problem);
    }

    /// <summary>Ends every wait.</summary>
    public Task StopAsync() => _stop.CancelAsync();

    public void Dispose()
    {
        _stop.Dispose();
        _cache.Dispose();
        _client.Dispose();
        Server.Dispose();
        _folder.Delete(recursive: true);
    }
}
