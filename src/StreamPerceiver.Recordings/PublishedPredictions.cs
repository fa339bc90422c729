using System.Text;
using System.Text.Json;
using StreamPerceiver.Flow;
using StreamPerceiver.Publish;

namespace StreamPerceiver.Recordings;

/// <summary>Reads what a live run published from a recording of its topics, so that a replay can be compared with the run itself.</summary>
public static class PublishedPredictions
{
    private const string IdHeader = "ce_id";

    /// <summary>Reads the predictions of a pipeline, and its outputs with a topic of their own. Of two with one id the later one counts.</summary>
    /// <param name="files">The files of the recording.</param>
    /// <param name="topics">The topics of the pipeline.</param>
    /// <exception cref="RecordingException">There is no prediction, or one is not in JSON.</exception>
    public static IReadOnlyList<RecordedPrediction> Read(IReadOnlyList<string> files, PublishTopics topics)
    {
        HashSet<string> wanted = [topics.Predictions, .. topics.Outputs];
        Dictionary<(string, string), RecordedPrediction> found = [];
        foreach (RecordedRecord recorded in RecordingReader.Read(files, topics: wanted))
        {
            RecordedPrediction prediction = recorded.Record.Topic == topics.Predictions ? OfPrediction(recorded.Record) : OfOutput(recorded.Record);
            found[(prediction.Topic, prediction.Id)] = prediction;
        }

        return found.Count > 0
            ? [.. found.Values]
            : throw new RecordingException($"{files[0]}: has no record of {topics.Predictions}, expected a recording with the pipeline's predictions");
    }

    private static RecordedPrediction OfOutput(SourceRecord record) => RecordedPrediction.Of(IdOf(record), record.Topic, record.Value ?? [], isJson: false);

    private static RecordedPrediction OfPrediction(SourceRecord record)
    {
        string? type = record.Header(SourceRecord.ContentTypeHeader);
        switch (type?.Split(';')[0])
        {
            case "application/json":
                return RecordedPrediction.Of(IdOf(record), record.Topic, record.Value ?? [], isJson: true);
            case "application/cloudevents+json":
                return OfEvent(record);
            default:
                throw new RecordingException($"{record}: the prediction is in '{type}', expected application/json: other formats are not compared");
        }
    }

    // In structured mode the value is the whole event, and its data are what other modes have as the value.
    private static RecordedPrediction OfEvent(SourceRecord record)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(record.Value);
            byte[] data = Encoding.UTF8.GetBytes(json.RootElement.GetProperty("data").GetRawText());
            return RecordedPrediction.Of(json.RootElement.GetProperty("id").GetString()!, record.Topic, data, isJson: true);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new RecordingException($"{record}: {e.Message}, expected a CloudEvent with id and data", e);
        }
    }

    private static string IdOf(SourceRecord record)
        => record.Header(IdHeader) ?? throw new RecordingException($"{record}: has no header {IdHeader}, expected a prediction of this worker");
}
