using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Modalities;

namespace StreamPerceiver.Recordings.Conversion;

/// <summary>Gives records that came from no topic their partitions and offsets: that of the key, and the next one.</summary>
/// <param name="partitions">Partitions of each topic.</param>
internal sealed class RecordPlaces(int partitions)
{
    private readonly Dictionary<(string Topic, int Partition), long> _next = [];

    /// <summary>Returns the place of a record.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="key">The key; a record without one is in partition 0.</param>
    /// <param name="partition">The partition that the record states; null: none.</param>
    /// <param name="offset">The offset that the record states; null: none.</param>
    public (int Partition, long Offset) Of(string topic, byte[]? key, int? partition, long? offset)
    {
        int at = partition ?? (key is null ? 0 : Partitioner.Murmur2.PartitionOf(key, partitions));
        long found = offset ?? _next.GetValueOrDefault((topic, at));
        _next[(topic, at)] = found + 1;
        return (at, found);
    }

    /// <summary>Returns Kafka's timestamp of an event time: the millisecond that it is in.</summary>
    public static long TimestampOf(EventTime time) => (long)Math.Floor((decimal)time.Nanoseconds / EventTime.PerMillisecond);

    /// <summary>Makes the headers of a record that has none of its own: its media type, and its event time to the nanosecond.</summary>
    /// <param name="contentType">The media type; null: none.</param>
    /// <param name="time">The event time; null: Kafka's timestamp is exact.</param>
    public static IReadOnlyList<KeyValuePair<string, byte[]?>> Headers(string? contentType, EventTime? time)
    {
        List<KeyValuePair<string, byte[]?>> headers = [];
        if (contentType is not null) headers.Add(new(SourceRecord.ContentTypeHeader, Encoding.UTF8.GetBytes(contentType)));
        if (time is { } at) headers.Add(new(EventTimeSource.CloudEventsHeader, Encoding.UTF8.GetBytes(at.ToString())));
        return headers;
    }
}
