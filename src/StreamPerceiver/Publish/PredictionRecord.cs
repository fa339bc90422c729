using System.Text;
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
            Headers =
            [
                new("ce_specversion", "1.0"u8.ToArray()),
                new("ce_type", Encoding.UTF8.GetBytes(EventType)),
                new("ce_source", Encoding.UTF8.GetBytes($"/streamperceiver/{prediction.Pipeline}")),
                new("ce_id", Encoding.UTF8.GetBytes(prediction.Id)),
                new("ce_time", Encoding.UTF8.GetBytes(prediction.Header.End.ToString())),
                new("content-type", "application/json"u8.ToArray()),
                .. TraceOf(prediction),
            ],
        };

    // Readers of the prediction go on with the trace of its newest record.
    private static IEnumerable<KeyValuePair<string, byte[]?>> TraceOf(Prediction prediction)
    {
        if (prediction.Header.Trace is not { } trace) yield break;
        yield return new(TraceContext.ParentHeader, Encoding.ASCII.GetBytes(trace.ParentOf(prediction.Id)));
        if (trace.State is { } state) yield return new(TraceContext.StateHeader, Encoding.ASCII.GetBytes(state));
    }

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
