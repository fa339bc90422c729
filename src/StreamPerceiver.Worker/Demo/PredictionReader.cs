using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using StreamPerceiver.Flow;
using StreamPerceiver.Worker.Rig;

namespace StreamPerceiver.Worker.Demo;

/// <summary>Reads the predictions from their topic, as any consumer would, and prints a line for each, with the truth beside it.</summary>
/// <param name="brokers">The brokers.</param>
/// <param name="topic">The topic of predictions with one output of labels.</param>
/// <param name="feed">The feed of the machines, by whose clock times are told.</param>
/// <param name="score">Judges each prediction.</param>
/// <param name="output">Where to print.</param>
internal sealed class PredictionReader(string brokers, string topic, RigFeed feed, DemoScore score, TextWriter output)
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
        JsonElement root = json.RootElement, window = root.GetProperty("window");
        (EventTime start, EventTime end) = (Time(window, "start"), Time(window, "end"));
        string machine = root.GetProperty("entity").GetString()!;
        double latency = feed.Since(end).TotalMilliseconds;
        _latencies.Add(latency);

        var line = new StringBuilder($"  window to {end,-20}  {machine,-10} ");
        List<string> absent = [];
        foreach (JsonProperty input in root.GetProperty("inputs").EnumerateObject())
        {
            bool isPresent = input.Value.GetProperty("present").GetBoolean();
            if (!isPresent) absent.Add(input.Name);
            line.Append($" {input.Name} ").Append(isPresent ? $"{100 * input.Value.GetProperty("coverage").GetDouble(),4:F0} %" : "ABSENT");
        }

        JsonElement[] labels = [.. root.GetProperty("outputs").EnumerateObject().Single().Value.GetProperty("labels").EnumerateArray()];
        line.Append("  -> ");
        line.AppendJoin(", ", labels.Select(l => $"{l.GetProperty("label").GetString()} {100 * l.GetProperty("probability").GetDouble():F1} %"));
        string verdict = score.Judge(machine, feed.MsOf(start), feed.MsOf(end), labels[0].GetProperty("label").GetString()!, absent);
        output.WriteLine(line.Append($"; {verdict}; {latency:F0} ms after its end"));
    }

    private EventTime Time(JsonElement window, string name)
    {
        string text = window.GetProperty(name).GetString()!;
        return EventTime.TryParse(text, out EventTime time)
            ? time
            : throw new StreamPerceiverException($"{topic}: a window's {name} is '{text}', expected an RFC 3339 time");
    }
}
