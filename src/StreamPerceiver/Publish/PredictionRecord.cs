using System.Text.Json;
using StreamPerceiver.Flow;
using StreamPerceiver.Interpret;
using StreamPerceiver.Outputs;

namespace StreamPerceiver.Publish;

/// <summary>
/// Makes the Kafka record of a prediction: CloudEvents 1.0, Kafka binding in binary mode, with a value that conforms to
/// <c>pipelines/prediction.schema.json</c>. The bytes do not depend on the time or place of the run, so a replay gives the same bytes.
/// </summary>
public static class PredictionRecord
{
    /// <summary>The CloudEvents type. The number at the end grows with a change that consumers must follow.</summary>
    public const string EventType = "streamperceiver.prediction.v1";

    /// <summary>Makes the record of a prediction, with the key of its records and the window's end as the wanted timestamp.</summary>
    /// <param name="prediction">The prediction.</param>
    /// <param name="topic">The topic to write to.</param>
    /// <param name="keys">The format of the key (default: UTF-8 text).</param>
    public static OutgoingRecord From(Prediction prediction, string topic, KeyFormat keys = KeyFormat.Utf8)
        => new(topic, EntityKey.Write(prediction.Header.Entity, keys), ToJson(prediction))
        {
            TimestampMs = prediction.Header.End.Nanoseconds / EventTime.PerMillisecond,
            Headers = EventHeaders.Of(prediction, EventType, prediction.Id, "application/json"),
        };

    /// <summary>Writes the JSON value of a prediction.</summary>
    public static byte[] ToJson(Prediction prediction)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            WindowJson.WriteWindow(json, prediction.Pipeline, prediction.Header);
            json.WriteStartObject("model");
            json.WriteString("name", prediction.Model.Name);
            json.WriteString("version", prediction.Model.Version);
            json.WriteEndObject();
            WindowJson.WriteInputs(json, prediction.Header);
            json.WriteStartObject("outputs");
            foreach (OutputReading output in prediction.Outputs)
            {
                json.WriteStartObject(output.Name);
                output.WriteMembers(json);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
