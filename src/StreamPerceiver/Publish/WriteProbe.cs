using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Publish;

/// <summary>
/// Whether this worker may write all that it may have to, found out before it must, and without writing: a topic's right is checked when its partition joins a
/// transaction, and this one is aborted before any record has left the client.
/// </summary>
internal sealed class WriteProbe(PublishOptions options, string consumerGroup, TransactionRetries retries, ClientCalls calls, ILogger log)
{
    private const int LongerThanTheProbeMs = 600_000;

    /// <summary>Tries all topics. False: told to stop meanwhile.</summary>
    /// <param name="membership">Who the worker is to its group.</param>
    /// <param name="stop">Ends the waiting for brokers that are away.</param>
    /// <exception cref="RefusedException">A right is missing.</exception>
    /// <exception cref="KafkaException">The transaction failed for another reason.</exception>
    public bool Run(IConsumerGroupMetadata membership, CancellationToken stop)
    {
        ProducerConfig settings = ProducerSettings.Transactional(options);
        settings.LingerMs = LongerThanTheProbeMs;
        IProducer<byte[]?, byte[]?> producer = ProducerSettings.Build(settings, log);
        IAdminClient admin = new DependentAdminClientBuilder(producer.Handle).Build();
        string[] topics = [options.PredictionTopic, options.DeadLetterTopic, options.ProgressTopic, .. options.LateTopic is { } late ? new[] { late } : []];
        string topic = topics[0];
        try
        {
            if (!retries.Insist(nameof(producer.InitTransactions), producer.InitTransactions, stop)) return false;
            calls.Run(nameof(producer.BeginTransaction), TransactionRetries.Attempt, producer.BeginTransaction);
            foreach (string next in topics)
            {
                topic = next;
                calls.Run(nameof(admin.GetMetadata), TransactionRetries.Attempt, () => admin.GetMetadata(next, TransactionRetries.Attempt)); // a topic whose partitions are not known would join later
                producer.Produce(new TopicPartition(topic, 0), new Message<byte[]?, byte[]?>());

                // Joining is not reported, a refusal with the next answer is. The coordinator answers in turn: the second comes after what the first may have overtaken.
                for (int i = 0; i < 2; i++)
                    if (!retries.Insist(nameof(producer.SendOffsetsToTransaction), wait => producer.SendOffsetsToTransaction([new(options.ProgressTopic, 0, 0)], membership, wait), stop)) return false;
            }

            return retries.Insist(nameof(producer.AbortTransaction), producer.AbortTransaction, stop);
        }
        catch (KafkaException e) when (e.Error.Missing(options, consumerGroup, topic) is { } missing)
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
