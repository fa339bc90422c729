using System.Buffers.Binary;
using System.Text;
using Confluent.Kafka;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Publish;

/// <summary>
/// Where something failed and why, as headers, under the names that Kafka Connect (<c>__connect.errors.*</c>, all text) and Spring Kafka
/// (<c>kafka_dlt-*</c>, numbers big-endian) use, so that either's tools can read it.
/// </summary>
internal static class ErrorHeaders
{
    /// <summary>Longest text in a header, in characters (UTF-16); a longer one is cut and says so. A detail may quote what it found.</summary>
    public const int LongestText = 8192;

    /// <summary>Which record it was.</summary>
    public static void AddOrigin(this Headers headers, SourceRecord source)
    {
        headers.AddText("__connect.errors.topic", source.Topic);
        headers.AddText("__connect.errors.partition", $"{source.Partition}");
        headers.AddText("__connect.errors.offset", $"{source.Offset}");
        headers.AddText("kafka_dlt-original-topic", source.Topic);
        headers.Add("kafka_dlt-original-partition", BigEndian(source.Partition));
        headers.Add("kafka_dlt-original-offset", BigEndian(source.Offset));
        headers.Add("kafka_dlt-original-timestamp", BigEndian(source.TimestampMs));
        headers.AddText("kafka_dlt-original-timestamp-type", source.TimestampKind.ToString());
    }

    /// <summary>What was wrong, and who found it.</summary>
    /// <param name="headers">The headers to add to.</param>
    /// <param name="reason">The kind of failure; stands where those tools expect an exception's class.</param>
    /// <param name="detail">The value found and what was expected.</param>
    /// <param name="stage">The stage that found it.</param>
    /// <param name="lane">Its lane; stands where Connect has the number of a connector's task.</param>
    /// <param name="pipeline">The pipeline, which is its consumer group.</param>
    /// <param name="cause">What a library threw over it, or null.</param>
    public static void AddFailure(this Headers headers, string reason, string detail, string stage, int lane, string pipeline, Exception? cause)
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

    /// <summary>The text, or as much of it as a header may have and how much it was.</summary>
    public static string Capped(string text)
    {
        if (text.Length <= LongestText) return text;
        int kept = char.IsHighSurrogate(text[LongestText - 1]) ? LongestText - 1 : LongestText;
        return $"{text[..kept]}... (cut: {kept} of {text.Length} characters)";
    }

    private static void AddText(this Headers headers, string name, string value) => headers.Add(name, Encoding.UTF8.GetBytes(Capped(value)));

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
