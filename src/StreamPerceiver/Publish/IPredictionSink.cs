using StreamPerceiver.Flow;
using StreamPerceiver.Interpret;

namespace StreamPerceiver.Publish;

/// <summary>Stores predictions and dead letters: in Kafka, or in a list in memory.</summary>
public interface IPredictionSink : IAsyncDisposable
{
    /// <summary>
    /// Stores a prediction, or a notice. The call may return before the item is stored; the ack is released once the item is stored. Throws when an earlier
    /// item cannot be stored.
    /// </summary>
    Task PublishAsync(Envelope<Prediction> item);

    /// <summary>Waits until all items so far are stored, and their acks are released.</summary>
    Task FlushAsync();
}
