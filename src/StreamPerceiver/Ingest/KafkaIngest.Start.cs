using Confluent.Kafka;

namespace StreamPerceiver.Ingest;

/// <content>What comes before the first record.</content>
public sealed partial class KafkaIngest
{
    /// <summary>Waits until the brokers answer, then checks the topics. False when told to stop meanwhile.</summary>
    private bool Prepare(CancellationToken stop)
    {
        using IAdminClient admin = new DependentAdminClientBuilder(_consumer.Handle).Build();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                int lanes = Lanes.Count(admin, _inputs);
                Lanes.EnsureProgressTopic(admin, _options.ProgressTopic, lanes);
                foreach (string topic in _options.WrittenTopics) Lanes.Ensure(admin, topic, lanes);
                return true;
            }
            catch (KafkaException e) when (!e.Error.IsFatal && e.Error.IsLocalError)
            {
                TimeSpan pause = _backoff.Next();
                Log.BrokersUnreachable(_log, _options.BootstrapServers, e.Error.Reason, pause.TotalSeconds);
                stop.WaitHandle.WaitOne(pause);
            }
        }

        return false;
    }
}
