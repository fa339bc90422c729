namespace StreamPerceiver.Mcap;

/// <summary>Gives the messages of a damaged file their channels and schemas: those that are lost are taken from the summary.</summary>
/// <param name="summary">The file's summary, if it can be read.</param>
/// <param name="limits">The limit of what they take together.</param>
/// <param name="note">Takes what is wrong.</param>
internal sealed class RecoveredDefinitions(McapFile? summary, McapLimits limits, Action<long, string> note)
{
    private readonly Definitions _definitions = new(limits);
    private readonly HashSet<ushort> _schemas = [], _channels = [], _lost = [];

    /// <summary>Returns a record with what it needs before it; nothing where it is known, contradicts others, or has lost its channel.</summary>
    public IEnumerable<McapRecord> Keep(McapRecord record, long offset)
    {
        try
        {
            _definitions.Check(record, offset);
        }
        catch (McapException e)
        {
            note(offset, e.Message);
            return [];
        }

        return record switch
        {
            McapSchema schema => _schemas.Add(schema.Id) ? [schema] : [],
            McapChannel channel => Keep(channel, offset),
            McapMessage message => Keep(message, offset),
            _ => [record],
        };
    }

    private IEnumerable<McapRecord> Keep(McapChannel channel, long offset)
    {
        if (!_channels.Add(channel.Id)) return [];
        if (channel.SchemaId == 0 || _schemas.Contains(channel.SchemaId)) return [channel];
        if (summary?.Schemas.TryGetValue(channel.SchemaId, out McapSchema? schema) == true && _schemas.Add(schema.Id)) return [schema, channel];
        note(offset, $"channel {channel.Id} ({channel.Topic}) has the schema {channel.SchemaId}, which is lost: the channel is given without it");
        return [channel with { SchemaId = 0 }];
    }

    private IEnumerable<McapRecord> Keep(McapMessage message, long offset)
    {
        if (_channels.Contains(message.ChannelId)) return [message];
        if (summary?.Channels.TryGetValue(message.ChannelId, out McapChannel? channel) == true) return [.. Keep(channel, offset), message];
        if (_lost.Add(message.ChannelId)) note(offset, $"a message has the channel {message.ChannelId}, which is lost, and so are the channel's messages");
        return [];
    }
}
