using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Interpret;
using StreamPerceiver.Publish;

namespace StreamPerceiver.Recordings;

/// <summary>A sink that keeps what a replay publishes: of each record its id and hash, and its value where that is JSON.</summary>
/// <param name="topics">The topics of the pipeline.</param>
public sealed class PredictionCollector(PublishTopics topics) : IPredictionSink
{
    private readonly OrderedDictionary<(string Topic, string Id), RecordedPrediction> _predictions = [];

    /// <summary>
    /// The predictions so far. Of two with one id the later one counts: the run that made the first was killed before it had published it, else the next run
    /// would not have made the window again.
    /// </summary>
    public IReadOnlyList<RecordedPrediction> Predictions => _predictions.Values;

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
            foreach (OutgoingRecord output in OutputRecord.From(prediction, topics.Keys))
                Add(RecordedPrediction.Of(IdOf(output), output.Topic, output.Value!, isJson: false));
            Add(RecordedPrediction.Of(prediction.Id, topics.Predictions, PredictionRecord.ToJson(prediction), isJson: true));
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

    private void Add(RecordedPrediction prediction) => _predictions[(prediction.Topic, prediction.Id)] = prediction;

    private static string IdOf(OutgoingRecord output) => Encoding.UTF8.GetString(output.Headers.Last(h => h.Key == "ce_id").Value!);
}
