namespace StreamPerceiver.Mcap;

/// <summary>Refuses a schema or channel that contradicts an earlier one of the file: an id has one meaning.</summary>
/// <param name="limits">The limit of what they take together.</param>
internal sealed class Definitions(McapLimits limits)
{
    private readonly Dictionary<ushort, McapSchema> _schemas = [];
    private readonly Dictionary<ushort, McapChannel> _channels = [];
    private long _bytes;

    /// <summary>Checks a record against those before it.</summary>
    /// <exception cref="McapException">The id of a schema is 0, an id has two meanings, or they are too large together.</exception>
    public void Check(McapRecord record, long offset)
    {
        switch (record)
        {
            case McapSchema { Id: 0 }:
                throw new McapException($"byte {offset}: found a schema with the id 0, expected 1 or more");
            case McapSchema schema:
                Check(schema, offset);
                break;
            case McapChannel channel:
                Check(channel, offset);
                break;
        }
    }

    private void Check(McapSchema schema, long offset)
    {
        if (_schemas.TryGetValue(schema.Id, out McapSchema? known))
        {
            if ((known.Name, known.Encoding) != (schema.Name, schema.Encoding) || !known.Data.Span.SequenceEqual(schema.Data.Span))
                throw new McapException($"byte {offset}: schema {schema.Id} is {schema.Name}, and before it was {known.Name}");
            return;
        }

        Count((long)schema.Name.Length + schema.Encoding.Length + schema.Data.Length, offset);
        _schemas.Add(schema.Id, schema);
    }

    private void Check(McapChannel channel, long offset)
    {
        if (_channels.TryGetValue(channel.Id, out McapChannel? known))
        {
            if ((known.Topic, known.SchemaId, known.MessageEncoding) != (channel.Topic, channel.SchemaId, channel.MessageEncoding))
                throw new McapException($"byte {offset}: channel {channel.Id} is that of {channel.Topic}, and before it was that of {known.Topic}");
            return;
        }

        Count((long)channel.Topic.Length + channel.MessageEncoding.Length + channel.Metadata.Sum(m => (long)m.Key.Length + m.Value.Length), offset);
        _channels.Add(channel.Id, channel);
    }

    private void Count(long bytes, long offset)
    {
        _bytes += bytes;
        if (_bytes > limits.SummaryBytes)
            throw new McapException($"byte {offset}: schemas and channels have {_bytes} bytes together, expected at most {limits.SummaryBytes}");
    }
}
