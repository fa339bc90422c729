using System.Globalization;
using System.Text;
using System.Text.Unicode;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Recordings.Conversion;

/// <summary>A row of a table of media files.</summary>
/// <param name="Line">Its line in the table.</param>
/// <param name="Path">The file, relative to the folder; empty: the record has no value.</param>
/// <param name="Topic">The topic.</param>
/// <param name="Key">The key; null: none.</param>
/// <param name="Partition">The partition; null: that of the key.</param>
/// <param name="Offset">The offset; null: the next one.</param>
/// <param name="TimestampMs">Kafka's timestamp, in milliseconds since 1970.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="ReceivedNs">The time of receipt, in nanoseconds since 1970.</param>
/// <param name="Headers">The headers.</param>
internal sealed record MediaRow(
    int Line, string Path, string Topic, byte[]? Key, int? Partition, long? Offset, long TimestampMs, TimestampKind Kind, long ReceivedNs,
    IReadOnlyList<KeyValuePair<string, byte[]?>> Headers)
{
    /// <summary>The names of the columns.</summary>
    public const string PathColumn = "path", TopicColumn = "topic", EntityColumn = "entity", KeyColumn = "key", PartitionColumn = "partition",
        OffsetColumn = "offset", TimeColumn = "time", TimestampColumn = "timestamp_ms", KindColumn = "timestamp_kind", ReceivedColumn = "received_ns",
        TypeColumn = "content-type", HeadersColumn = "headers";

    /// <summary>The columns that are written.</summary>
    public static readonly IReadOnlyList<string> Columns =
    [
        PathColumn, TopicColumn, EntityColumn, KeyColumn, PartitionColumn, OffsetColumn, TimestampColumn, KindColumn, ReceivedColumn, HeadersColumn,
    ];

    /// <summary>Returns the cells of a record in the order of <see cref="Columns"/>. A key that is a plain text is the entity.</summary>
    /// <param name="recorded">The record.</param>
    /// <param name="path">Its file.</param>
    public static IReadOnlyList<string> CellsOf(RecordedRecord recorded, string path)
    {
        SourceRecord record = recorded.Record;
        bool isEntity = record.Key is { Length: > 0 } && Utf8.IsValid(record.Key);
        return
        [
            path, record.Topic, isEntity ? Encoding.UTF8.GetString(record.Key!) : "",
            isEntity ? "" : BytesJson.ToText(json => BytesJson.Write(json, record.Key)),
            Text(record.Partition), Text(record.Offset), Text(record.TimestampMs), record.TimestampKind.ToString(), Text(recorded.ReceivedNs),
            BytesJson.ToText(json => BytesJson.Write(json, record.Headers)),
        ];
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
