using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Kafka;

/// <summary>Repeats calls of a transaction whose errors may pass, with pauses between.</summary>
internal sealed class TransactionRetries(string transactionalId, ClientCalls calls, Backoff backoff, ILogger log)
{
    /// <summary>Time-out of one try. A stop is noticed between two tries.</summary>
    public static readonly TimeSpan Attempt = TimeSpan.FromSeconds(5);

    /// <summary>Repeats a call until it succeeds. Returns false when told to stop meanwhile.</summary>
    /// <param name="call">The call's name.</param>
    /// <param name="action">The call, which gets its time-out.</param>
    /// <param name="stop">Ends the tries.</param>
    /// <exception cref="KafkaException">The error will not pass.</exception>
    /// <exception cref="StartAfreshException">The call does not return.</exception>
    public bool Retry(string call, Action<TimeSpan> action, CancellationToken stop)
    {
        backoff.Reset();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                calls.Run(call, Attempt, () => action(Attempt));
                return true;
            }
            catch (KafkaRetriableException e)
            {
                TimeSpan pause = backoff.NextPause();
                Log.TransactionRetried(log, transactionalId, pause.TotalSeconds, e.Error.Code, e.Error.Reason);
                stop.WaitHandle.WaitOne(pause);
            }
        }

        return false;
    }
}
