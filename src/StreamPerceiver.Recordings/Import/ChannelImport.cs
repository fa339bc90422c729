using System.Globalization;
using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Mcap;
using StreamPerceiver.Recordings.Ros;
using StreamPerceiver.Recordings.Ros.Payloads;

namespace StreamPerceiver.Recordings.Import;

/// <summary>What a message becomes.</summary>
/// <param name="Key">The key: the entity.</param>
/// <param name="Time">The event time, as RFC 3339.</param>
/// <param name="Payload">The value and its content type.</param>
internal sealed record ImportedMessage(byte[] Key, byte[] Time, RosPayload Payload);

/// <summary>Turns the messages of one topic, all of one type, into records.</summary>
internal sealed class ChannelImport
{
    private readonly RosMessageType _type;
    private readonly IRosPayloads _payloads;
    private readonly RosPath? _entity;
    private readonly byte[]? _fixedEntity;
    private readonly MessageTime _time;

    private ChannelImport(RosMessageType type, ImportRule rule, IReadOnlyDictionary<string, string> parts, TopicReport report)
    {
        (_type, _payloads, _time, Report) = (type, PayloadChoice.For(type, rule.Wish), MessageTime.Of(type), report);
        _entity = rule.EntityField is { } field ? RosPath.Find(type, field) : null;
        if (_entity is { } path && (path.IsArray || path.Field.Kind is RosKind.Message or RosKind.WString))
            throw new RosException($"{path} is no text and no number, expected one as the entity");
        _fixedEntity = rule.Entity is { } entity ? Encoding.UTF8.GetBytes(TopicPattern.Fill(entity, parts)) : null;
        (Topic, Partitions) = (TopicPattern.Fill(rule.Topic, parts), rule.Partitions);
        report.To = Topic;
    }

    /// <summary>The topic at Kafka.</summary>
    public string Topic { get; }

    /// <summary>Its partitions.</summary>
    public int Partitions { get; }

    /// <summary>What becomes of the topic.</summary>
    public TopicReport Report { get; }

    /// <summary>Finds out how the messages of a channel are read.</summary>
    /// <exception cref="RosException">They cannot be.</exception>
    public static ChannelImport Of(BagChannel channel, ImportRule rule, TopicReport report)
    {
        if (channel.Channel.MessageEncoding != "cdr") throw new RosException($"messages are in {channel.Channel.MessageEncoding}, expected cdr");
        if (channel.Schema is not { } schema) throw new RosException("the channel has no definition of its messages, expected one of ros2msg");
        if (schema.Encoding != "ros2msg") throw new RosException($"the definition of {schema.Name} is in {schema.Encoding}, expected ros2msg");
        return new ChannelImport(RosDefinition.Parse(schema.Name, schema.Data.Span), rule, rule.Pattern.Match(channel.Channel.Topic)!, report);
    }

    /// <summary>Turns a message into a record; null, and counted with its reason, where it cannot be used.</summary>
    public ImportedMessage? TryImport(McapMessage message)
    {
        try
        {
            RosMessage read = CdrReader.Read(_type, MessageCompression.Decompress(message.Data));
            byte[] key = _fixedEntity ?? EntityOf(read);
            EventTime time = _time.Of(read, message.LogTime, out bool isOfLog);
            RosPayload payload = _payloads.Convert(read);
            Report.Imported++;
            Report.NotFinite += payload.NotFinite;
            if (isOfLog) Report.LogTimes++;
            return new ImportedMessage(key, Encoding.UTF8.GetBytes(time.ToString()), payload);
        }
        catch (RosException e)
        {
            Report.LeaveOut(e.Message);
            return null;
        }
    }

    private byte[] EntityOf(RosMessage message)
    {
        object value = _entity!.Read<object>(message);
        string entity = value is RosText text ? text.Decode() : Convert.ToString(value, CultureInfo.InvariantCulture)!;
        return entity.Length > 0 ? Encoding.UTF8.GetBytes(entity) : throw new RosException($"{_entity} is empty, expected the entity");
    }
}
