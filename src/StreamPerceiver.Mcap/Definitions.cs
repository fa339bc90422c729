namespace StreamPerceiver.Mcap;

/// <summary>Holds that the schemas and channels of a file do not contradict each other: an id has one meaning.</summary>
internal sealed class Definitions
{
    private readonly Dictionary<ushort, McapSchema> _schemas = [];
    private readonly Dictionary<ushort, McapChannel> _channels = [];

    /// <summary>Checks a record against those before it.</summary>
    /// <exception cref="McapException">The id of a schema is 0, or an id has two meanings.</exception>
    public void Check(McapRecord record, long offset)
    {
        switch (record)
        {
            case McapSchema { Id: 0 }:
                throw new McapException($"byte {offset}: found a schema with the id 0, expected 1 or more");
            case McapSchema schema when !_schemas.TryAdd(schema.Id, schema) && _schemas[schema.Id] is var known
                && ((known.Name, known.Encoding) != (schema.Name, schema.Encoding) || !known.Data.Span.SequenceEqual(schema.Data.Span)):
                throw new McapException($"byte {offset}: schema {schema.Id} is {schema.Name}, and before it was {known.Name}");
            case McapChannel channel when !_channels.TryAdd(channel.Id, channel) && _channels[channel.Id] is var known
                && (known.Topic, known.SchemaId, known.MessageEncoding) != (channel.Topic, channel.SchemaId, channel.MessageEncoding):
                throw new McapException($"byte {offset}: channel {channel.Id} is that of {channel.Topic}, and before it was that of {known.Topic}");
        }
    }
}
