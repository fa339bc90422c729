using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Worker.Demo;

/// <summary>Reads the predictions from their topic, as any consumer would, and prints a line for each.</summary>
internal sealed class PredictionReader(string brokers, string topic, Func<EventTime, TimeSpan> since, TextWriter output)
{
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(100);

    private readonly List<double> _latencies = [];

    /// <summary>Predictions read.</summary>
    public int Count => _latencies.Count;

    /// <summary>Computes a quantile of the latency, in milliseconds.</summary>
    public double LatencyMs(double share) => _latencies.Count == 0 ? 0 : _latencies.Order().ElementAt((int)(share * (_latencies.Count - 1)));

    /// <summary>Reads until it is stopped, and then to the end of the topic.</summary>
    public void Run(CancellationToken stop)
    {
        var settings = new ConsumerConfig
        {
            BootstrapServers = brokers,
            GroupId = "demo-reader",
            EnableAutoCommit = false,
            EnablePartitionEof = true,
            FetchWaitMaxMs = 20,
        };
        using IConsumer<byte[], byte[]> consumer = new ConsumerBuilder<byte[], byte[]>(settings).Build();
        using IAdminClient admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        int partitions = admin.GetMetadata(topic, TimeSpan.FromSeconds(10)).Topics.Single().Partitions.Count;
        consumer.Assign(Enumerable.Range(0, partitions).Select(p => new TopicPartitionOffset(topic, p, Offset.Beginning)));

        HashSet<int> atEnd = [];
        while (!stop.IsCancellationRequested || atEnd.Count < partitions)
        {
            ConsumeResult<byte[], byte[]>? result = consumer.Consume(PollWait);
            if (result is null) continue;
            if (result.IsPartitionEOF)
            {
                atEnd.Add(result.Partition.Value);
                continue;
            }

            atEnd.Remove(result.Partition.Value);
            Print(result.Message);
        }
    }

    private void Print(Message<byte[], byte[]> message)
    {
        using JsonDocument json = JsonDocument.Parse(message.Value);
        JsonElement root = json.RootElement;
        string text = root.GetProperty("window").GetProperty("end").GetString()!;
        if (!EventTime.TryParse(text, out EventTime end)) throw new StreamPerceiverException($"{topic}: a window's end is '{text}', expected an RFC 3339 time");
        double latency = since(end).TotalMilliseconds;
        _latencies.Add(latency);

        var line = new StringBuilder();
        line.Append($"  window to {end,-24}  {root.GetProperty("entity").GetString(),-10} ");
        foreach (JsonProperty input in root.GetProperty("inputs").EnumerateObject())
            line.Append($" {input.Name} {100 * input.Value.GetProperty("coverage").GetDouble(),3:F0} %");
        line.Append("  ->");
        foreach (JsonProperty label in root.GetProperty("outputs").EnumerateObject())
            foreach (JsonElement guess in label.Value.GetProperty("labels").EnumerateArray())
                line.Append($" {guess.GetProperty("label").GetString()} {100 * guess.GetProperty("probability").GetDouble():F1} %");
        output.WriteLine(line.Append($"  {latency:F0} ms after its end"));
    }
}
