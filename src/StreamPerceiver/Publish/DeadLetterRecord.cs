using System.Text;
using System.Text.Json;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Publish;

/// <summary>Makes the Kafka records of rejections, late records and poison windows. Tools of Kafka Connect and Spring Kafka can read their headers.</summary>
public static class DeadLetterRecord
{
    /// <summary>Makes the record of a rejection.</summary>
    /// <param name="rejection">The rejection.</param>
    /// <param name="topic">The topic to write to.</param>
    /// <param name="pipeline">The pipeline, which is its consumer group.</param>
    public static OutgoingRecord From(Rejection rejection, string topic, string pipeline)
        => From(rejection.Record, topic, rejection.Reason.ToString(), rejection.Detail, rejection.Stage, pipeline, rejection.Cause);

    /// <summary>Makes the record of a late record.</summary>
    /// <param name="late">The late record.</param>
    /// <param name="topic">The topic to write to.</param>
    /// <param name="pipeline">The pipeline, which is its consumer group.</param>
    public static OutgoingRecord From(LateRecord late, string topic, string pipeline)
        => From(late.Record, topic, "Late", late.Detail, late.Stage, pipeline, cause: null);

    // Keeps the key, value and headers of the source record, within limits, and adds headers with the reason. Its timestamp is the present, so that
    // retention cannot take the letter of an old record before it was read.
    private static OutgoingRecord From(SourceRecord source, string topic, string reason, string detail, string stage, string pipeline, Exception? cause)
    {
        List<KeyValuePair<string, byte[]?>> headers = CutSource.HeadersOf(source);
        headers.AddOrigin(source);
        headers.AddFailure(reason, detail, stage, source.Partition, pipeline, cause);
        return new OutgoingRecord(topic, CutSource.KeyOf(source), source.Value) { Headers = headers };
    }

    /// <summary>Makes the record of a poison window, with a prediction's key and trace. A window has many source records, so none is named.</summary>
    /// <param name="poison">The window, and why it has no prediction.</param>
    /// <param name="topic">The topic to write to.</param>
    /// <param name="pipeline">The pipeline, which is its consumer group.</param>
    /// <param name="keys">The format of the key (default: UTF-8 text).</param>
    public static OutgoingRecord From(PoisonWindow poison, string topic, string pipeline, KeyFormat keys = KeyFormat.Utf8)
    {
        List<KeyValuePair<string, byte[]?>> headers = [new("content-type", "application/json"u8.ToArray())];
        headers.AddFailure(poison.Reason.ToString(), poison.Detail, poison.Stage, poison.Window.Lane, pipeline, poison.Cause);
        headers.AddTrace(poison.Window, pipeline);
        return new OutgoingRecord(topic, EntityKey.Write(poison.Window.Entity, keys), ToJson(poison, pipeline)) { Headers = headers };
    }

    /// <summary>The reason of a loss, where a dead letter has the reason of its rejection.</summary>
    public const string LossReason = "RecordsLost";

    /// <summary>Makes the record of a loss, with the partition as key and the first lost offset as the place.</summary>
    /// <param name="lost">The lost records.</param>
    /// <param name="topic">The topic to write to.</param>
    /// <param name="pipeline">The pipeline, which is its consumer group.</param>
    public static OutgoingRecord From(RecordsLost lost, string topic, string pipeline)
    {
        List<KeyValuePair<string, byte[]?>> headers = [new("content-type", "application/json"u8.ToArray())];
        headers.AddPlace(lost.Topic, lost.Lane, lost.From);
        headers.AddFailure(LossReason, $"{lost}, were deleted before they were read and published", "ingest", lost.Lane, pipeline, cause: null);
        return new OutgoingRecord(topic, Encoding.UTF8.GetBytes($"{lost.Topic}/{lost.Lane}"), ToJson(lost, pipeline)) { Headers = headers };
    }

    private static byte[] ToJson(RecordsLost lost, string pipeline)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("pipeline", pipeline);
            json.WriteString("reason", LossReason);
            json.WriteString("topic", lost.Topic);
            json.WriteNumber("partition", lost.Lane);
            json.WriteNumber("fromOffset", lost.From);
            json.WriteNumber("nextOffset", lost.Next);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static byte[] ToJson(PoisonWindow poison, string pipeline)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            WindowJson.WriteWindow(json, pipeline, poison.Window);
            WindowJson.WriteInputs(json, poison.Window);
            json.WriteString("reason", poison.Reason.ToString());
            json.WriteString("detail", ErrorHeaders.Truncate(poison.Detail));
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
