using System.Text.Json;
using StreamPerceiver.Flow;
using StreamPerceiver.Interpret;
using StreamPerceiver.Outputs;

namespace StreamPerceiver.Publish;

/// <summary>
/// Makes the Kafka record of a prediction: CloudEvents 1.0, Kafka binding in binary or in structured mode, with data that conform to
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
    /// <param name="isStructured">Whether the value is the whole event, and no header is a part of it (default: no).</param>
    /// <param name="format">How the value is encoded; null (default): in JSON. It is the value of an event in binary mode.</param>
    public static OutgoingRecord From(
        Prediction prediction, string topic, KeyFormat keys = KeyFormat.Utf8, bool isStructured = false, PredictionFormat? format = null)
        => new(topic, EntityKey.Write(prediction.Header.Entity, keys), isStructured ? ToEvent(prediction) : Encoded(prediction, format))
        {
            TimestampMs = prediction.Header.End.Nanoseconds / EventTime.PerMillisecond,
            Headers = isStructured
                ? EventHeaders.OfStructured(prediction)
                : EventHeaders.Of(prediction, EventType, prediction.Id, format?.ContentType ?? "application/json"),
        };

    /// <summary>Writes the JSON value of a prediction.</summary>
    public static byte[] ToJson(Prediction prediction)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer)) WriteData(json, prediction);
        return buffer.ToArray();
    }

    private static byte[] Encoded(Prediction prediction, PredictionFormat? format)
        => format is null ? ToJson(prediction) : format.Encode(ToJson(prediction));

    private static byte[] ToEvent(Prediction prediction)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("specversion", "1.0");
            json.WriteString("type", EventType);
            json.WriteString("source", EventHeaders.SourceOf(prediction.Pipeline));
            json.WriteString("id", prediction.Id);
            json.WriteString("time", prediction.Header.End.ToString());
            json.WriteString("datacontenttype", "application/json");
            if (prediction.Header.Trace is { } trace)
            {
                json.WriteString(TraceContext.ParentHeader, trace.ParentOf(prediction.Id));
                if (trace.State is { } state) json.WriteString(TraceContext.StateHeader, state);
            }

            json.WritePropertyName("data");
            WriteData(json, prediction);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void WriteData(Utf8JsonWriter json, Prediction prediction)
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
}
