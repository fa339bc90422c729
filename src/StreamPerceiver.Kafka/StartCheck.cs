using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Kafka;

/// <summary>
/// Checks what must hold before the first record: brokers that answer and accept this worker, topics with their lanes, the right to read them. Its client
/// never joins the group, so a failed check disturbs no other worker.
/// </summary>
internal sealed class StartCheck(ConsumerOptions options, IReadOnlyList<string> inputs, Backoff backoff, TimeProvider time, ILogger log)
{
    // A dead letter is as large as its record, with its headers on top.
    private const int MostBytes = 100 << 20;

    private static readonly TimeSpan DescribeTimeout = TimeSpan.FromSeconds(1); // the embedded broker has it waited out

    /// <summary>The topics with their ids, once the check has passed; null where the brokers give none, as the embedded one does not.</summary>
    public TopicLayout? Layout { get; private set; }

    /// <summary>The number of lanes, once the check has passed.</summary>
    public int Lanes { get; private set; }

    private readonly ClientCalls _calls = new($"the check of {options.BootstrapServers}", time);
    private Error? _connectionError;

    /// <summary>Waits until the brokers answer, then checks.</summary>
    /// <param name="stop">Ends the waiting.</param>
    /// <returns>The group's metadata for a client that has not joined it; null when told to stop meanwhile.</returns>
    /// <exception cref="RefusedException">The credentials are refused, or a right is missing.</exception>
    /// <exception cref="LayoutException">The topics are not such that the pipeline can run.</exception>
    public IConsumerGroupMetadata? AwaitBrokersAndCheck(CancellationToken stop)
    {
        Log.ClientLibrary(log, Librdkafka.Description);
        IConsumer<byte[]?, byte[]?> consumer = ConsumerSettings.Builder(ConsumerSettings.NonMember(options), log)
            .SetErrorHandler((_, error) => NoteError(error))
            .BuildOrRefuse();
        IAdminClient admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        try
        {
            return AwaitBrokersAndCheck(consumer, admin, stop);
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

    private IConsumerGroupMetadata? AwaitBrokersAndCheck(IConsumer<byte[]?, byte[]?> consumer, IAdminClient admin, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                Check(new PipelineTopics(admin, _calls, options));
                Layout = Describe(admin);
                TryReading(consumer);
                return consumer.ConsumerGroupMetadata;
            }
            catch (ConsumeException e) when (e.Error.Missing(options, e.ConsumerRecord.Topic) is { } missing)
            {
                throw missing;
            }
            catch (KafkaException e) when (!e.Error.IsFatal && (e.Error.IsLocalError || e is ConsumeException))
            {
                CallErrorHandler(consumer);
                if (_connectionError is { } refusal && refusal.IsOfCredentials()) throw Refusal.OfCredentials(options.Client, refusal.Reason);
                TimeSpan pause = backoff.NextPause();
                Log.BrokersUnreachable(log, options.BootstrapServers, _connectionError?.Reason ?? e.Error.Reason, pause.TotalSeconds);
                _connectionError = null;
                stop.WaitHandle.WaitOne(pause);
            }
        }

        return null;
    }

    private void Check(PipelineTopics topics)
    {
        Lanes = topics.CountLanes(inputs);
        topics.EnsureProgressTopic(Lanes);
        foreach (string topic in options.WrittenTopics) topics.Ensure(topic, Lanes, "Write", new() { ["max.message.bytes"] = $"{MostBytes}" });
    }

    private TopicLayout? Describe(IAdminClient admin)
    {
        string[] topics = [.. inputs, options.ProgressTopic];
        try
        {
            Dictionary<string, TopicState> found = _calls.Run(
                "DescribeTopics", DescribeTimeout, () => LayoutWatch.DescribeAsync(admin, topics, DescribeTimeout).GetAwaiter().GetResult());
            if (Array.Find(topics, t => found[t].Partitions == 0) is { } unknown)
                throw new KafkaException(new Error(ErrorCode.Local_UnknownTopic, $"{unknown} is not known to every broker yet"));
            return new TopicLayout(inputs, options.ProgressTopic, found);
        }
        catch (KafkaException e) when (e.Error.Code == ErrorCode.Local_TimedOut && e.Error.Reason.Contains("controller", StringComparison.Ordinal))
        {
            return null; // the embedded broker has none
        }
    }

    // Reads at the ends of the topics, where even an empty topic gives an answer. Rights are given by topic, so one partition of each is enough.
    private void TryReading(IConsumer<byte[]?, byte[]?> consumer)
    {
        HashSet<string> unanswered = [.. inputs, options.ProgressTopic];
        consumer.Assign(unanswered.Select(topic => new TopicPartitionOffset(topic, 0, Offset.End)));
        while (unanswered.Count > 0)
        {
            ConsumeResult<byte[]?, byte[]?> result = consumer.Consume(PipelineTopics.Timeout) ?? throw new KafkaException(ErrorCode.Local_TimedOut);
            unanswered.Remove(result.Topic);
        }
    }

    // The client passes the reason of a failed connection only to its error handler, which it calls only from Consume.
    private static void CallErrorHandler(IConsumer<byte[]?, byte[]?> consumer)
    {
        try
        {
            consumer.Consume(TimeSpan.Zero);
        }
        catch (ConsumeException)
        {
            // The next try meets the same error.
        }
    }

    private void NoteError(Error error)
    {
        if (error.Code != ErrorCode.Local_AllBrokersDown && _connectionError?.IsOfCredentials() != true) _connectionError = error;
    }
}
