using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Kafka;

/// <summary>
/// Checks that this worker has the right to write all topics that it may have to, before it must, and without writing. The brokers check the right when a
/// partition joins a transaction; this transaction is aborted before any record has left the client.
/// </summary>
internal sealed class WriteProbe(ProducerOptions options, TransactionRetries retries, ClientCalls calls, ILogger log)
{
    private const int LongerThanTheProbeMs = 600_000;

    /// <summary>Tries all topics. Returns false when told to stop meanwhile.</summary>
    /// <param name="group">The group's metadata, of a client that need not have joined.</param>
    /// <param name="stop">Ends the waiting for brokers that are away.</param>
    /// <exception cref="RefusedException">A right is missing.</exception>
    /// <exception cref="KafkaException">The transaction failed for another reason.</exception>
    public bool CheckRights(IConsumerGroupMetadata group, CancellationToken stop)
    {
        ProducerConfig settings = ProducerSettings.Transactional(options);
        settings.LingerMs = LongerThanTheProbeMs;
        IProducer<byte[]?, byte[]?> producer = ProducerSettings.Build(settings, log);
        IAdminClient admin = new DependentAdminClientBuilder(producer.Handle).Build();
        var anyOffset = new TopicPartitionOffset(options.Topics.Progress, 0, 0);
        string topic = options.Topics.Predictions;
        try
        {
            if (!retries.Retry(nameof(producer.InitTransactions), producer.InitTransactions, stop)) return false;
            calls.Run(nameof(producer.BeginTransaction), TransactionRetries.Attempt, producer.BeginTransaction);
            foreach (string next in options.Topics.All)
            {
                topic = next;

                // A topic whose partitions are not known yet would join later.
                calls.Run(nameof(admin.GetMetadata), TransactionRetries.Attempt, () => admin.GetMetadata(next, TransactionRetries.Attempt));
                producer.Produce(new TopicPartition(topic, 0), new Message<byte[]?, byte[]?>());

                // A refusal is not reported when a partition joins, but with the next answer of the coordinator. The first answer may overtake the refusal.
                // The coordinator answers in turn, so the second cannot.
                for (int i = 0; i < 2; i++)
                    if (!retries.Retry("SendOffsetsToTransaction", wait => producer.SendOffsetsToTransaction([anyOffset], group, wait), stop)) return false;
            }

            return retries.Retry(nameof(producer.AbortTransaction), producer.AbortTransaction, stop);
        }
        catch (KafkaException e) when (e.Error.Missing(options, topic) is { } missing)
        {
            throw missing;
        }
        finally
        {
            calls.Close(() =>
            {
                admin.Dispose();
                producer.Dispose();
            });
        }
    }
}
