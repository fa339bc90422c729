using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace StreamPerceiver.Mcap.Tests;

/// <summary>What is in a file, in the JSON that <c>Peer/peer.mjs</c> prints.</summary>
internal static class FileContent
{
    /// <summary>Reads a file as a stream and by its indexes.</summary>
    public static JsonObject Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        string fileOrder = Hash(McapReader.ReadRecords(stream).OfType<McapMessage>());
        var file = McapFile.Open(stream);
        return new JsonObject
        {
            ["profile"] = file.Header.Profile,
            ["schemas"] = List(file.Schemas.Values.OrderBy(s => s.Id), s => new JsonObject
            {
                ["id"] = s.Id,
                ["name"] = s.Name,
                ["encoding"] = s.Encoding,
                ["data"] = Convert.ToHexStringLower(s.Data.Span),
            }),
            ["channels"] = List(file.Channels.Values.OrderBy(c => c.Id), c => new JsonObject
            {
                ["id"] = c.Id,
                ["schemaId"] = c.SchemaId,
                ["topic"] = c.Topic,
                ["messageEncoding"] = c.MessageEncoding,
                ["metadata"] = Texts(c.Metadata),
            }),
            ["messages"] = file.Statistics!.MessageCount,
            ["fileOrder"] = fileOrder,
            ["timeOrder"] = Hash(file.ReadMessages()),
            ["compression"] = string.Join(',', file.Summary.OfType<McapChunkIndex>().Select(c => c.Compression).Distinct()),
            ["attachments"] = List(file.Summary.OfType<McapAttachmentIndex>().Select(file.ReadAttachment), a => new JsonObject
            {
                ["name"] = a.Name,
                ["mediaType"] = a.MediaType,
                ["logTime"] = $"{a.LogTime}",
                ["createTime"] = $"{a.CreateTime}",
                ["data"] = Convert.ToHexStringLower(SHA256.HashData(a.Data.Span)),
            }),
            ["metadata"] = List(file.Summary.OfType<McapMetadataIndex>().Select(file.ReadMetadata), m => new JsonObject
            {
                ["name"] = m.Name,
                ["texts"] = Texts(m.Texts),
            }),
        };
    }

    private static JsonArray List<T>(IEnumerable<T> items, Func<T, JsonNode> toJson) => new([.. items.Select(toJson)]);

    private static JsonObject Texts(IReadOnlyDictionary<string, string> texts) => new(texts.Select(t => KeyValuePair.Create(t.Key, (JsonNode?)t.Value)));

    private static string Hash(IEnumerable<McapMessage> messages)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] fields = new byte[26];
        foreach (McapMessage message in messages)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(fields, message.ChannelId);
            BinaryPrimitives.WriteUInt32LittleEndian(fields.AsSpan(2), message.Sequence);
            BinaryPrimitives.WriteUInt64LittleEndian(fields.AsSpan(6), message.LogTime);
            BinaryPrimitives.WriteUInt64LittleEndian(fields.AsSpan(14), message.PublishTime);
            BinaryPrimitives.WriteUInt32LittleEndian(fields.AsSpan(22), (uint)message.Data.Length);
            hash.AppendData(fields);
            hash.AppendData(message.Data.Span);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
