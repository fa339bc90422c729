using StreamPerceiver.Flow;
using StreamPerceiver.Interpret;
using StreamPerceiver.Publish;

namespace StreamPerceiver.Worker.Bench;

/// <summary>Takes predictions, and counts them as published.</summary>
internal sealed class MemorySink : IPredictionSink
{
    public Task PublishAsync(Envelope<Prediction> item)
    {
        item.Ack?.Release(OutgoingRecords.OutcomeOf(item));
        return Task.CompletedTask;
    }

    public Task FlushAsync() => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
