using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using StreamPerceiver.Flow;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Broker.Tests;

/// <summary>Publishes and reads through Debian's Python client, so that what the worker writes is judged by somebody else's code.</summary>
internal sealed class IndependentClient(string brokers)
{
    private const string Python = "/usr/bin/python3";
    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "kafka_client.py");

    /// <summary>Why there is none, or null.</summary>
    public static string? Missing { get; } = ProgramResult.Of(Python, "-c", "import confluent_kafka").ExitCode == 0
        ? null
        : "python3-confluent-kafka is not installed";

    /// <summary>Publishes records. One whose partition is -1 goes where librdkafka's partitioner of that name has it.</summary>
    public void Publish(IEnumerable<SourceRecord> records, string partitioner = "consistent_random")
    {
        string file = Write(records);
        try
        {
            Run("publish", brokers, file, "", partitioner);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Publishes at the pace of the records' timestamps, times a speed; gives the seconds since the first one as they pass.</summary>
    public IEnumerable<int> Feed(IEnumerable<SourceRecord> records, double speed)
    {
        string file = Write(records);
        using Process feeder = Process.Start(
            new ProcessStartInfo(Python, [Script, "publish", brokers, file, speed.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true })!;
        try
        {
            while (feeder.StandardOutput.ReadLine() is { } seconds) yield return int.Parse(seconds, CultureInfo.InvariantCulture);
            feeder.WaitForExit();
            if (feeder.ExitCode != 0) throw new InvalidOperationException($"{Script} publish: exit code {feeder.ExitCode}");
        }
        finally
        {
            if (!feeder.HasExited) feeder.Kill();
            File.Delete(file);
        }
    }

    /// <summary>All records of a topic, of decided transactions alone unless told otherwise.</summary>
    public IReadOnlyList<SourceRecord> Read(string topic, bool uncommitted = false)
        => Run("consume", brokers, topic, uncommitted ? "read_uncommitted" : "read_committed").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse)
            .ToArray();

    /// <summary>What the dead letters of a topic once were, told from the headers of <c>connect</c> or of <c>spring</c> alone.</summary>
    public IReadOnlyList<SourceRecord> ReadOrigins(string topic, string scheme)
        => Run("origins", brokers, topic, scheme).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse).ToArray();

    private static string Write(IEnumerable<SourceRecord> records)
    {
        string file = Path.GetTempFileName();
        File.WriteAllLines(file, records.Select(r => JsonSerializer.Serialize(new
        {
            topic = r.Topic,
            partition = r.Partition,
            timestampMs = r.TimestampMs,
            key = r.Key,
            value = r.Value,
            headers = r.Headers.Select(h => new object?[] { h.Key, h.Value }),
        })));
        return file;
    }

    private static SourceRecord Parse(string line)
    {
        using JsonDocument json = JsonDocument.Parse(line);
        JsonElement o = json.RootElement;
        return new SourceRecord(
            o.GetProperty("topic").GetString()!,
            o.GetProperty("partition").GetInt32(),
            o.GetProperty("offset").GetInt64(),
            o.GetProperty("timestampMs").GetInt64(),
            Bytes(o.GetProperty("key")),
            Bytes(o.GetProperty("value")),
            o.GetProperty("headers").EnumerateArray().Select(h => KeyValuePair.Create(h[0].GetString()!, Bytes(h[1]))).ToArray(),
            Enum.Parse<TimestampKind>(o.GetProperty("timestampKind").GetString()!));
    }

    private static byte[]? Bytes(JsonElement value) => value.ValueKind == JsonValueKind.Null ? null : value.GetBytesFromBase64();

    private static string Run(params string[] arguments)
    {
        ProgramResult result = ProgramResult.Of(Python, [Script, .. arguments]);
        return result.ExitCode == 0 ? result.Output : throw new InvalidOperationException($"{Script} {arguments[0]}: {result.Error}");
    }
}
