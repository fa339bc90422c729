using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using StreamPerceiver.Flow;
using StreamPerceiver.Mcap;

namespace StreamPerceiver.Recordings;

/// <summary>The channel of a topic and partition.</summary>
/// <param name="Schema">The schema of its messages.</param>
/// <param name="Channel">The channel, which names topic and partition in its metadata.</param>
/// <param name="Topic">The topic at Kafka.</param>
/// <param name="Partition">The partition.</param>
internal sealed record RecordedChannel(McapSchema Schema, McapChannel Channel, string Topic, int Partition)
{
    private const string TopicName = "kafka.topic", PartitionName = "kafka.partition", SessionName = "streamperceiver.session";

    /// <summary>The run that read the records; null: the recording has records alone.</summary>
    public string? Session => SessionOf(Channel);

    /// <summary>Returns the run that a channel's messages belong to; null: none.</summary>
    public static string? SessionOf(McapChannel channel) => channel.Metadata.GetValueOrDefault(SessionName);

    /// <summary>Makes the channel of the events of a run.</summary>
    public static McapChannel OfEvents(string session, ushort id)
        => new(id, EventEncoding.Schema.Id, EventEncoding.Topic, "json", new Dictionary<string, string> { [SessionName] = session });

    /// <summary>Makes the channel of a record. The record's media type chooses the schema for all of the channel.</summary>
    /// <param name="record">The record.</param>
    /// <param name="id">The id of the channel.</param>
    /// <param name="session">The run that reads the records; null (default): the recording has records alone.</param>
    public static RecordedChannel OfRecord(SourceRecord record, ushort id, string? session = null)
    {
        McapSchema schema = RecordSchemas.For(MediaTypeOf(record));
        string partition = record.Partition.ToString(CultureInfo.InvariantCulture);
        var metadata = new Dictionary<string, string> { [TopicName] = record.Topic, [PartitionName] = partition };
        if (session is not null) metadata[SessionName] = session;
        var channel = new McapChannel(
            id, schema.Id, $"{record.Topic}/{partition}", schema == RecordSchemas.Json ? "json" : schema.Encoding, metadata);
        return new RecordedChannel(schema, channel, record.Topic, record.Partition);
    }

    /// <summary>Reads the channel of a file.</summary>
    /// <exception cref="RecordingException">It has no Kafka records.</exception>
    public static RecordedChannel OfFile(McapSchema? schema, McapChannel channel, string file)
        => Find(schema?.Name, channel) ?? throw new RecordingException(
            $"{file}: channel {channel.Topic} has messages of '{schema?.Name}', expected Kafka records: one of {RecordSchemas.Any.Name}, "
            + $"{RecordSchemas.Json.Name}, {RecordSchemas.Picture.Name}, with {TopicName} and {PartitionName} in the channel's metadata");

    /// <summary>Reads the channel of a file. Returns null where it has no Kafka records.</summary>
    public static RecordedChannel? Find(string? schema, McapChannel channel)
        => schema is { } name && new[] { RecordSchemas.Any, RecordSchemas.Picture, RecordSchemas.Json }.FirstOrDefault(s => s.Name == name) is { } ours
            && channel.Metadata.TryGetValue(TopicName, out string? topic) && channel.Metadata.TryGetValue(PartitionName, out string? number)
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int partition)
                ? new RecordedChannel(ours, channel, topic, partition) : null;

    /// <summary>Encodes a record of the channel.</summary>
    public McapMessage Encode(SourceRecord record, long receivedNs)
    {
        byte[] data = Schema == RecordSchemas.Json
            ? JsonRecordEncoding.Encode(record)
            : RecordEncoding.Encode(record, Schema == RecordSchemas.Picture ? MediaTypeOf(record).Split('/')[^1] : null);
        ulong published = (ulong)Math.Max(0, record.TimestampMs * EventTime.PerMillisecond);
        return new McapMessage(Channel.Id, (uint)record.Offset, (ulong)receivedNs, published, data);
    }

    /// <summary>Decodes a message of the channel.</summary>
    /// <exception cref="RecordingException">It is no record.</exception>
    public RecordedRecord Decode(McapMessage message, string file)
    {
        try
        {
            SourceRecord record = Schema == RecordSchemas.Json
                ? JsonRecordEncoding.Decode(Topic, Partition, message.Data)
                : RecordEncoding.Decode(Topic, Partition, message.Data);
            return new RecordedRecord(record, (long)message.LogTime);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new RecordingException($"{file}: message {message.Sequence} of {Channel.Topic}: {e.Message}", e);
        }
    }

    // Without its parameters; empty where the record states none.
    private static string MediaTypeOf(SourceRecord record)
        => record.Header(SourceRecord.ContentTypeHeader)?.Split(';')[0].Trim().ToLowerInvariant() ?? "";
}
