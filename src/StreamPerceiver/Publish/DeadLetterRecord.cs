using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Publish;

/// <summary>What could not be used, on the wire, with the reason in headers that tools of Kafka Connect and of Spring Kafka read.</summary>
public static class DeadLetterRecord
{
    /// <summary>A rejected record.</summary>
    public static Message<byte[]?, byte[]?> Of(Rejection rejection, string pipeline)
        => Of(rejection.Record, rejection.Reason.ToString(), rejection.Detail, rejection.Stage, pipeline, rejection.Cause);

    /// <summary>A late record.</summary>
    public static Message<byte[]?, byte[]?> Of(LateRecord late, string pipeline) => Of(late.Record, "Late", late.Detail, late.Stage, pipeline, cause: null);

    // Key, value, timestamp and headers as they came, and the reason behind them.
    private static Message<byte[]?, byte[]?> Of(SourceRecord source, string reason, string detail, string stage, string pipeline, Exception? cause)
    {
        var headers = new Headers();
        foreach ((string name, byte[]? value) in source.Headers) headers.Add(name, value);
        headers.AddOrigin(source);
        headers.AddFailure(reason, detail, stage, source.Partition, pipeline, cause);
        return new Message<byte[]?, byte[]?>
        {
            Key = source.Key,
            Value = source.Value,
            Timestamp = new Timestamp(Math.Max(0, source.TimestampMs), TimestampType.CreateTime),
            Headers = headers,
        };
    }

    /// <summary>A poison window: keyed by entity like a prediction, with its end as timestamp. It stems from many records, so it names no one of them.</summary>
    public static Message<byte[]?, byte[]?> Of(PoisonWindow poison, string pipeline)
    {
        var headers = new Headers { { "content-type", "application/json"u8.ToArray() } };
        headers.AddFailure(poison.Reason.ToString(), poison.Detail, poison.Stage, poison.Window.Lane, pipeline, poison.Cause);
        return new Message<byte[]?, byte[]?>
        {
            Key = Encoding.UTF8.GetBytes(poison.Window.Entity),
            Value = Value(poison, pipeline),
            Timestamp = new Timestamp(poison.Window.End.Nanoseconds / EventTime.PerMillisecond, TimestampType.CreateTime),
            Headers = headers,
        };
    }

    private static byte[] Value(PoisonWindow poison, string pipeline)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            WindowJson.WriteWindow(json, pipeline, poison.Window);
            WindowJson.WriteInputs(json, poison.Window);
            json.WriteString("reason", poison.Reason.ToString());
            json.WriteString("detail", ErrorHeaders.Capped(poison.Detail));
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
