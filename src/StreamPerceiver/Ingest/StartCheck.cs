using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>
/// What must hold before the first record: brokers that answer and let this worker in, topics with their lanes, the right to read them. It uses a client of
/// its own, which never joins the group, so that it can be wrong without harm.
/// </summary>
internal sealed class StartCheck(IngestOptions options, IReadOnlyList<string> inputs, Backoff backoff, TimeProvider time, ILogger log)
{
    // A dead letter is as large as its record, and its headers on top.
    private const int MostBytes = 100 << 20;

    private readonly ClientCalls _calls = new($"the check of {options.BootstrapServers}", time);
    private Error? _worst;

    /// <summary>Waits until the brokers answer, then checks. Who this worker is to its group before it has joined; null when told to stop meanwhile.</summary>
    /// <exception cref="RefusedException">The credentials are refused, or a right is missing.</exception>
    /// <exception cref="StreamPerceiverException">The topics are not such that the pipeline can run.</exception>
    public IConsumerGroupMetadata? Run(CancellationToken stop)
    {
        Log.ClientLibrary(log, Librdkafka.Description);
        IConsumer<byte[]?, byte[]?> consumer = ConsumerSettings.Builder(ConsumerSettings.Bystander(options), log)
            .SetErrorHandler((_, error) => Hear(error))
            .BuildOrRefuse();
        IAdminClient admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        try
        {
            return Run(consumer, new Lanes(admin, _calls, options), stop);
        }
        finally
        {
            _calls.Close(() =>
            {
                admin.Dispose();
                consumer.Dispose();
            });
        }
    }

    private IConsumerGroupMetadata? Run(IConsumer<byte[]?, byte[]?> consumer, Lanes lanes, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                Check(lanes);
                TryReading(consumer);
                return consumer.ConsumerGroupMetadata;
            }
            catch (ConsumeException e) when (e.Error.Missing(options, e.ConsumerRecord.Topic) is { } missing)
            {
                throw missing;
            }
            catch (KafkaException e) when (!e.Error.IsFatal && (e.Error.IsLocalError || e is ConsumeException))
            {
                Listen(consumer);
                if (_worst is { } refusal && refusal.IsOfCredentials()) throw RefusedException.Credentials(options.Client, refusal.Reason);
                TimeSpan pause = backoff.Next();
                Log.BrokersUnreachable(log, options.BootstrapServers, _worst?.Reason ?? e.Error.Reason, pause.TotalSeconds);
                _worst = null;
                stop.WaitHandle.WaitOne(pause);
            }
        }

        return null;
    }

    private void Check(Lanes lanes)
    {
        int count = lanes.Count(inputs);
        lanes.EnsureProgressTopic(count);
        foreach (string topic in options.WrittenTopics) lanes.Ensure(topic, count, "Write", new() { ["max.message.bytes"] = $"{MostBytes}" });
    }

    // Read at their ends, which answers even where there is nothing. Rights are given by topic, so one partition will do.
    private void TryReading(IConsumer<byte[]?, byte[]?> consumer)
    {
        HashSet<string> open = [.. inputs, options.ProgressTopic];
        consumer.Assign(open.Select(topic => new TopicPartitionOffset(topic, 0, Offset.End)));
        while (open.Count > 0)
        {
            ConsumeResult<byte[]?, byte[]?> result = consumer.Consume(Lanes.Timeout) ?? throw new KafkaException(ErrorCode.Local_TimedOut);
            open.Remove(result.Topic);
        }
    }

    // The client says why it has no connection only to a handler, and calls that only while it is asked for records.
    private static void Listen(IConsumer<byte[]?, byte[]?> consumer)
    {
        try
        {
            consumer.Consume(TimeSpan.Zero);
        }
        catch (ConsumeException)
        {
            // Whatever it is, it comes again with the next try.
        }
    }

    private void Hear(Error error)
    {
        if (error.Code != ErrorCode.Local_AllBrokersDown && _worst?.IsOfCredentials() != true) _worst = error;
    }
}
