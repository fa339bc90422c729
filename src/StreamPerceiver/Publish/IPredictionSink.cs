using StreamPerceiver.Flow;
using StreamPerceiver.Interpret;

namespace StreamPerceiver.Publish;

/// <summary>Where predictions and dead letters go: Kafka, or a list in memory.</summary>
public interface IPredictionSink : IAsyncDisposable
{
    /// <summary>
    /// Takes a prediction or a rejection; may return before it is stored. The ack is released once it is, never before. Throws when an earlier
    /// one could not be stored for good.
    /// </summary>
    Task PublishAsync(Envelope<Prediction> item);

    /// <summary>Returns when all that was taken is stored and acked.</summary>
    Task FlushAsync();
}
