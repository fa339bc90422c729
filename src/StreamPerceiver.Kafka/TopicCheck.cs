using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamPerceiver.Kafka;

/// <summary>Checks the input topics of a pipeline on its brokers, and changes nothing there.</summary>
public static class TopicCheck
{
    /// <summary>Returns what is wrong with the topics or the brokers; null where a pipeline could read its inputs.</summary>
    /// <param name="options">Who reads, and where.</param>
    /// <param name="inputs">The input topics.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Receives the client's messages.</param>
    public static string? Problem(ConsumerOptions options, IReadOnlyList<string> inputs, TimeProvider time, ILogger log)
    {
        try
        {
            var calls = new ClientCalls($"the check of {options.BootstrapServers}", time);
            using IConsumer<byte[]?, byte[]?> consumer = ConsumerSettings.Builder(ConsumerSettings.NonMember(options), log).BuildOrRefuse();
            using IAdminClient admin = new DependentAdminClientBuilder(consumer.Handle).Build();
            _ = new PipelineTopics(admin, calls, options).CountLanes(inputs);
            return null;
        }
        catch (KafkaException e)
        {
            return $"brokers {options.BootstrapServers} do not answer: {e.Error.Reason}";
        }
        catch (StreamPerceiverException e)
        {
            return e.Message;
        }
    }
}
