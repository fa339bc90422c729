using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Publish;

/// <summary>Tries what another try can mend, with pauses between.</summary>
internal sealed class TransactionRetries(string transactionalId, Backoff backoff, ILogger log)
{
    /// <summary>A broker is asked for so long at a time; a stop is seen in between.</summary>
    public static readonly TimeSpan Attempt = TimeSpan.FromSeconds(5);

    /// <summary>Until it succeeds. False: told to stop meanwhile.</summary>
    /// <exception cref="KafkaException">No further try can mend it.</exception>
    public bool Insist(Action action, CancellationToken stop)
    {
        backoff.Reset();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                action();
                return true;
            }
            catch (KafkaRetriableException e)
            {
                TimeSpan pause = backoff.Next();
                Log.TransactionRetried(log, transactionalId, pause.TotalSeconds, e.Error.Code, e.Error.Reason);
                stop.WaitHandle.WaitOne(pause);
            }
        }

        return false;
    }
}
