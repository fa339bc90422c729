using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Interpret;
using StreamPerceiver.Publish;

namespace StreamPerceiver.Recordings;

/// <summary>A sink that keeps what a replay publishes: of each record its id and hash, and its value where that is JSON.</summary>
/// <param name="topics">The topics of the pipeline.</param>
public sealed class PredictionCollector(PublishTopics topics) : IPredictionSink
{
    private const string JsonType = "application/json";

    private readonly List<RecordedPrediction> _predictions = [];

    /// <summary>The predictions so far.</summary>
    public IReadOnlyList<RecordedPrediction> Predictions => _predictions;

    /// <summary>Records that could not be used.</summary>
    public long Rejected { get; private set; }

    /// <summary>Records that came too late.</summary>
    public long Late { get; private set; }

    /// <summary>Windows that the model could not run.</summary>
    public long Poison { get; private set; }

    /// <inheritdoc/>
    public Task PublishAsync(Envelope<Prediction> item)
    {
        if (item.Value is { } prediction)
        {
            foreach (OutgoingRecord output in OutputRecord.From(prediction, topics.Keys)) Add(output);
            _predictions.Add(RecordedPrediction.Of(prediction.Id, topics.Predictions, PredictionRecord.ToJson(prediction), isJson: true));
        }
        else if (item.Notice is LateRecord) Late++;
        else if (item.Notice is PoisonWindow) Poison++;
        else if (item.Notice is Rejection) Rejected++;
        item.Ack!.Release(OutgoingRecords.OutcomeOf(item));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task FlushAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Add(OutgoingRecord record)
        => _predictions.Add(RecordedPrediction.Of(Header(record, "ce_id"), record.Topic, record.Value!, Header(record, "content-type") == JsonType));

    private static string Header(OutgoingRecord record, string name) => Encoding.UTF8.GetString(record.Headers.Last(h => h.Key == name).Value!);
}
