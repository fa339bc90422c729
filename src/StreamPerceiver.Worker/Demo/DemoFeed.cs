using System.Text;
using Confluent.Kafka;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Worker.Demo;

/// <summary>Sends the records of the simulated machines to their topics, at the speed of the demo's clock.</summary>
internal sealed class DemoFeed(string brokers, IReadOnlyDictionary<string, string> topicOfInput, double speed, TimeProvider time) : IDisposable
{
    private static readonly SimulatedMachine[] Machines = [new("machine-a", 1), new("machine-b", 2)];
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    private readonly IProducer<string, byte[]> _producer = new ProducerBuilder<string, byte[]>(
        new ProducerConfig { BootstrapServers = brokers, Acks = Acks.All, LingerMs = 5 }).Build();

    private long _started;
    private EventTime _start;

    /// <summary>Records sent and stored.</summary>
    public long Sent { get; private set; }

    /// <summary>Computes how long ago, on the wall clock, the demo's clock showed an event time.</summary>
    public TimeSpan Since(EventTime moment)
        => time.GetElapsedTime(_started) - TimeSpan.FromMilliseconds((double)(moment - _start) / EventTime.PerMillisecond / speed);

    /// <summary>Sends the records of a span of time, then waits until the broker has stored all of them.</summary>
    /// <param name="length">The span, on the wall clock.</param>
    /// <param name="stop">Ends it early.</param>
    public async Task RunAsync(TimeSpan length, CancellationToken stop)
    {
        // A producer looks up a topic's leaders at its first record. An earlier look-up keeps one input from starting behind the others.
        using (IAdminClient admin = new DependentAdminClientBuilder(_producer.Handle).Build())
            foreach (string topic in topicOfInput.Values) admin.GetMetadata(topic, TimeSpan.FromSeconds(10));

        _started = time.GetTimestamp();
        _start = new EventTime(time.GetUtcNow().ToUnixTimeSeconds() * EventTime.PerSecond);
        long end = (long)(length.TotalMilliseconds * speed), next = 0;
        using var timer = new PeriodicTimer(Tick, time);
        try
        {
            while (next < end && await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
                for (long now = Math.Min(end, (long)(time.GetElapsedTime(_started).TotalMilliseconds * speed)); next < now; next++)
                    foreach (SimulatedMachine machine in Machines)
                        foreach (SimulatedRecord record in machine.At(_start, next))
                            Send(record);
        }
        catch (OperationCanceledException)
        {
            // The demo was stopped. Records that were sent count.
        }

        _producer.Flush(CancellationToken.None);
    }

    /// <inheritdoc/>
    public void Dispose() => _producer.Dispose();

    private void Send(SimulatedRecord record)
    {
        var message = new Message<string, byte[]>
        {
            Key = record.Machine,
            Value = record.Payload,
            Timestamp = new Timestamp(record.Time.Nanoseconds / EventTime.PerMillisecond, TimestampType.CreateTime),
            Headers = new Headers
            {
                { "content-type", Encoding.UTF8.GetBytes(record.ContentType) },
                { "ce_time", Encoding.UTF8.GetBytes(record.Time.ToString()) },
            },
        };
        _producer.Produce(topicOfInput[record.Input], message, report =>
        {
            if (report.Error.IsError) throw new StreamPerceiverException($"{report.Topic}: the demo could not send, {report.Error.Reason}");
        });
        Sent++;
    }
}
