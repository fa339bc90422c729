using System.Buffers.Binary;
using System.Text;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Publish;

/// <summary>
/// Makes headers with the place and reason of a failure. Kafka Connect's headers are <c>__connect.errors.*</c>, all of them text. Spring Kafka's headers are
/// <c>kafka_dlt-*</c>, with big-endian numbers. The tools of both can read a dead letter.
/// </summary>
internal static class ErrorHeaders
{
    /// <summary>The longest text of a header, in UTF-16 characters. A longer text is cut, with a note at its end.</summary>
    public const int LongestText = 8192;

    /// <summary>Adds the topic, partition, offset and timestamp of the source record.</summary>
    public static void AddOrigin(this List<KeyValuePair<string, byte[]?>> headers, SourceRecord source)
    {
        headers.AddPlace(source.Topic, source.Partition, source.Offset);
        headers.Add(new("kafka_dlt-original-timestamp", BigEndian(source.TimestampMs)));
        headers.AddText("kafka_dlt-original-timestamp-type", source.TimestampKind.ToString());
    }

    /// <summary>Adds a place: a topic, partition and offset.</summary>
    public static void AddPlace(this List<KeyValuePair<string, byte[]?>> headers, string topic, int partition, long offset)
    {
        headers.AddText("__connect.errors.topic", topic);
        headers.AddText("__connect.errors.partition", $"{partition}");
        headers.AddText("__connect.errors.offset", $"{offset}");
        headers.AddText("kafka_dlt-original-topic", topic);
        headers.Add(new("kafka_dlt-original-partition", BigEndian(partition)));
        headers.Add(new("kafka_dlt-original-offset", BigEndian(offset)));
    }

    /// <summary>Adds the reason of a failure, and the stage that found it.</summary>
    /// <param name="headers">The headers to add to.</param>
    /// <param name="reason">The kind of failure. Tools show it as the exception's class.</param>
    /// <param name="detail">The value found and what was expected.</param>
    /// <param name="stage">The stage that found the failure.</param>
    /// <param name="lane">The lane's partition number. Tools of Connect show it as the task's number.</param>
    /// <param name="pipeline">The pipeline, which is its consumer group.</param>
    /// <param name="cause">The exception that a library threw, or null.</param>
    public static void AddFailure(
        this List<KeyValuePair<string, byte[]?>> headers, string reason, string detail, string stage, int lane, string pipeline, Exception? cause)
    {
        string trace = cause is null ? $"{reason}: {detail}" : $"{reason}: {detail}{Environment.NewLine}Caused by: {cause}";
        headers.AddText("__connect.errors.connector.name", pipeline);
        headers.AddText("__connect.errors.task.id", $"{lane}");
        headers.AddText("__connect.errors.stage", stage);
        headers.AddText("__connect.errors.class.name", $"{nameof(StreamPerceiver)}.{char.ToUpperInvariant(stage[0])}{stage[1..]}"); // the stage's namespace
        headers.AddText("__connect.errors.exception.class.name", reason);
        headers.AddText("__connect.errors.exception.message", detail);
        headers.AddText("__connect.errors.exception.stacktrace", trace);
        headers.AddText("kafka_dlt-original-consumer-group", pipeline);
        headers.AddText("kafka_dlt-exception-fqcn", reason);
        if (cause is not null) headers.AddText("kafka_dlt-exception-cause-fqcn", cause.GetType().FullName!);
        headers.AddText("kafka_dlt-exception-message", detail);
        headers.AddText("kafka_dlt-exception-stacktrace", trace);
    }

    /// <summary>Cuts a text to the longest text of a header. A text that was cut ends with a note of its length.</summary>
    public static string Truncate(string text)
    {
        if (text.Length <= LongestText) return text;
        int kept = char.IsHighSurrogate(text[LongestText - 1]) ? LongestText - 1 : LongestText;
        return $"{text[..kept]}... (cut: {kept} of {text.Length} characters)";
    }

    /// <summary>Adds a header with a text, which is cut where it is too long.</summary>
    public static void AddText(this List<KeyValuePair<string, byte[]?>> headers, string name, string value)
        => headers.Add(new(name, Encoding.UTF8.GetBytes(Truncate(value))));

    private static byte[] BigEndian(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] BigEndian(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes;
    }
}
