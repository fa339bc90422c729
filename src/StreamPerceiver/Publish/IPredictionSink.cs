using StreamPerceiver.Flow;
using StreamPerceiver.Interpret;

namespace StreamPerceiver.Publish;

/// <summary>Stores predictions and dead letters: in Kafka, or in a list in memory.</summary>
public interface IPredictionSink : IAsyncDisposable
{
    /// <summary>
    /// Takes a prediction, or a notice that must be stored. It may return before the item is stored; the ack is released only once it is. Throws when an earlier
    /// item could not be stored for good.
    /// </summary>
    Task PublishAsync(Envelope<Prediction> item);

    /// <summary>Waits until all that was taken is stored and acked.</summary>
    Task FlushAsync();
}
