using System.Security.Cryptography;
using StreamPerceiver.Mcap;

namespace StreamPerceiver.Recordings.Files;

/// <summary>
/// Gives the channels and schemas of several files ids in one. Channels become one where topic, schema, encoding and metadata are equal; so what conflicts
/// stays apart.
/// </summary>
internal sealed class UnitedChannels
{
    private readonly Dictionary<(string Name, string Encoding, string Hash), McapSchema> _schemas = [];
    private readonly Dictionary<(string Topic, ushort Schema, string Encoding, string Metadata), McapChannel> _channels = [];

    /// <summary>Adds a channel of a file with its schema, null where it has none. Returns the channel with its new ids, and its schema.</summary>
    /// <exception cref="RecordingException">There are more than MCAP has ids for.</exception>
    public (McapSchema? Schema, McapChannel Channel) Add(McapSchema? schema, McapChannel channel)
    {
        if (schema is not null) schema = Add(schema);
        var key = (channel.Topic, schema?.Id ?? 0, channel.MessageEncoding, TextOf(channel.Metadata));
        if (!_channels.TryGetValue(key, out McapChannel? known))
            _channels.Add(key, known = channel with { Id = NextId(_channels.Count), SchemaId = schema?.Id ?? 0 });
        return (schema, known);
    }

    /// <summary>Makes a text of texts by name, which is equal where they are.</summary>
    public static string TextOf(IReadOnlyDictionary<string, string> texts)
        => string.Join('\0', texts.OrderBy(t => t.Key, StringComparer.Ordinal).SelectMany(t => new[] { t.Key, t.Value }));

    private McapSchema Add(McapSchema schema)
    {
        var key = (schema.Name, schema.Encoding, Convert.ToHexString(SHA256.HashData(schema.Data.Span)));
        if (!_schemas.TryGetValue(key, out McapSchema? known)) _schemas.Add(key, known = schema with { Id = NextId(_schemas.Count) });
        return known;
    }

    private static ushort NextId(int count)
        => count < ushort.MaxValue ? (ushort)(count + 1) : throw new RecordingException($"more than {ushort.MaxValue} channels or schemas, expected fewer");
}
