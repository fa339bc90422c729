using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Broker.Tests;

/// <summary>A secured broker with the topics of the documented pipeline, and a small model: made for the first test that asks, kept for all.</summary>
public sealed class SecuredPipeline : IDisposable
{
    public const string Predictions = "machines.activity";
    public const string DeadLetters = "machine-activity.dead-letters";

    private const string Pipeline = """
        {
          "name": "machine-activity", "window": { "sizeMs": 2000, "hopMs": 1000 }, "model": "model",
          "inputs": {
            "a": { "topic": "machines.camera", "modality": "sensor", "rateHz": 5, "channels": ["v"] },
            "b": { "topic": "machines.microphone", "modality": "sensor", "rateHz": 5, "channels": ["v"] },
            "c": { "topic": "machines.accelerometer", "modality": "sensor", "rateHz": 5, "channels": ["v"] }
          },
          "outputs": { "state": {} }, "topics": { "predictions": "machines.activity" }
        }
        """;
    private const string Model = """
        {
          "model_type": "stream_perceiver", "num_latents": 4, "d_latents": 8, "num_self_attends_per_block": 1, "num_self_attention_heads": 1,
          "num_cross_attention_heads": 1, "output_num_channels": 8,
          "inputs": {
            "a": { "type": "series", "steps": 10, "channels": 1, "num_bands": 2 },
            "b": { "type": "series", "steps": 10, "channels": 1, "num_bands": 2 },
            "c": { "type": "series", "steps": 10, "channels": 1, "num_bands": 2 }
          },
          "outputs": { "state": { "type": "classification", "labels": ["x", "y"] } }
        }
        """;

    private static readonly string[] Topics = ["machines.camera", "machines.microphone", "machines.accelerometer"];

    private readonly string _folder = Directory.CreateTempSubdirectory("secured").FullName;
    private readonly Lazy<SecureBroker> _broker;
    private int _seconds;

    public SecuredPipeline() => _broker = new Lazy<SecureBroker>(Start);

    /// <summary>The broker; skips the test, with the reason, where it is not to be had.</summary>
    internal SecureBroker Broker
    {
        get
        {
            Skip.If(string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KAFKA_HOME")), "KAFKA_HOME is not set: no Apache Kafka here");
            Skip.If(IndependentClient.Missing is not null, IndependentClient.Missing);
            return _broker.Value;
        }
    }

    internal IndependentClient Client => new(Broker.AdminAddress);

    /// <summary>Runs a worker as a user with secrets in a file of its own.</summary>
    internal WorkerProcess Run(string user, string? password = null, string? ca = null, params string[] settings)
    {
        string file = Path.Combine(_folder, "client.properties");
        File.WriteAllText(file, $"""
            # The worker's side.
            security.protocol=SASL_SSL
            sasl.mechanisms=PLAIN
            sasl.username={user}
            sasl.password={password ?? $"{user}-secret"}
            ssl.ca.location={ca ?? Broker.Ca}
            """);
        return WorkerProcess.Run(Broker.Address, Path.Combine(_folder, "pipeline.json"), [$"--Kafka:ClientFile={file}", "--Inference:Threads=1", .. settings]);
    }

    /// <summary>The certificate of an authority that has signed nothing here, as a file.</summary>
    internal string UnknownCa()
    {
        using var key = RSA.Create(2048);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 certificate = new CertificateRequest("CN=unknown-ca", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        string file = Path.Combine(_folder, "unknown.pem");
        File.WriteAllText(file, certificate.ExportCertificatePem());
        return file;
    }

    /// <summary>Publishes the next ten seconds of a machine's records, and one record that cannot be used.</summary>
    internal void Publish()
    {
        long start = (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 86_400 * 86_400 + _seconds) * EventTime.PerSecond;
        _seconds += 10;
        IEnumerable<(string Topic, EventTime Time, string Value)> readings =
            from i in Enumerable.Range(0, 50)
            from topic in Topics
            select (topic, new EventTime(start + i * EventTime.PerSecond / 5), $"[{i}]");
        readings = readings.Append((Topics[0], new EventTime(start), "no number"));
        Client.Publish(readings.Select(r => new SourceRecord(
            r.Topic, -1, 0, r.Time.Nanoseconds / EventTime.PerMillisecond, "machine-1"u8.ToArray(), Encoding.UTF8.GetBytes(r.Value),
            [new("content-type", "application/json"u8.ToArray()), new("ce_time", Encoding.UTF8.GetBytes(r.Time.ToString()))])));
    }

    public void Dispose()
    {
        if (_broker.IsValueCreated) _broker.Value.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private SecureBroker Start()
    {
        File.WriteAllText(Path.Combine(_folder, "pipeline.json"), Pipeline);
        WorkerProcess.InitModel(Path.Combine(_folder, "model"), Model);
        var broker = new SecureBroker(Environment.GetEnvironmentVariable("KAFKA_HOME")!);
        foreach (string topic in Topics) broker.CreateTopic(topic, 2);
        broker.GrantTransactions("worker", SecureBroker.Documented().Single(r => r.Type == "transactional-id"));
        return broker;
    }
}
