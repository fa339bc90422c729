using System.Text.Json.Nodes;

namespace StreamPerceiver.Mcap.Tests;

/// <summary>Records in the JSON of the conformance suite: fields in the order of their names, numbers as texts, bytes as arrays of texts.</summary>
internal static class JsonRecords
{
    public static JsonNode ToJson(McapRecord record) => record switch
    {
        McapHeader r => Record(r, ("library", r.Library), ("profile", r.Profile)),
        McapFooter r => Record(r, ("summary_crc", r.SummaryCrc), ("summary_offset_start", r.SummaryOffsetStart), ("summary_start", r.SummaryStart)),
        McapSchema r => Record(r, ("data", r.Data), ("encoding", r.Encoding), ("id", r.Id), ("name", r.Name)),
        McapChannel r => Record(
            r, ("id", r.Id), ("message_encoding", r.MessageEncoding), ("metadata", r.Metadata), ("schema_id", r.SchemaId), ("topic", r.Topic)),
        McapMessage r => Record(
            r, ("channel_id", r.ChannelId), ("data", r.Data), ("log_time", r.LogTime), ("publish_time", r.PublishTime), ("sequence", r.Sequence)),
        McapChunkIndex r => Record(
            r, ("chunk_length", r.ChunkLength), ("chunk_start_offset", r.ChunkStart), ("compressed_size", r.CompressedSize), ("compression", r.Compression),
            ("message_end_time", r.EndTime), ("message_index_length", r.MessageIndexLength), ("message_index_offsets", r.MessageIndexOffsets),
            ("message_start_time", r.StartTime), ("uncompressed_size", r.UncompressedSize)),
        McapAttachment r => Record(
            r, ("create_time", r.CreateTime), ("data", r.Data), ("log_time", r.LogTime), ("media_type", r.MediaType), ("name", r.Name)),
        McapAttachmentIndex r => Record(
            r, ("create_time", r.CreateTime), ("data_size", r.DataSize), ("length", r.Length), ("log_time", r.LogTime), ("media_type", r.MediaType),
            ("name", r.Name), ("offset", r.Offset)),
        McapStatistics r => Record(
            r, ("attachment_count", r.AttachmentCount), ("channel_count", r.ChannelCount), ("channel_message_counts", r.ChannelMessageCounts),
            ("chunk_count", r.ChunkCount), ("message_count", r.MessageCount), ("message_end_time", r.EndTime), ("message_start_time", r.StartTime),
            ("metadata_count", r.MetadataCount), ("schema_count", r.SchemaCount)),
        McapMetadata r => Record(r, ("metadata", r.Texts), ("name", r.Name)),
        McapMetadataIndex r => Record(r, ("length", r.Length), ("name", r.Name), ("offset", r.Offset)),
        McapSummaryOffset r => Record(r, ("group_length", r.GroupLength), ("group_opcode", (byte)r.Group), ("group_start", r.GroupStart)),
        McapDataEnd r => Record(r, ("data_section_crc", r.DataSectionCrc)),
        _ => throw new ArgumentException($"{record}"),
    };

    /// <summary>What a writer is given; null for a record that it makes itself.</summary>
    public static McapRecord? FromJson(JsonNode json)
    {
        Dictionary<string, JsonNode> fields = json["fields"]!.AsArray().ToDictionary(f => f![0]!.GetValue<string>(), f => f![1]!);
        return json["type"]!.GetValue<string>() switch
        {
            "Schema" => new McapSchema((ushort)Number("id"), Text("name"), Text("encoding"), Bytes("data")),
            "Channel" => new McapChannel((ushort)Number("id"), (ushort)Number("schema_id"), Text("topic"), Text("message_encoding"), Texts("metadata")),
            "Message" => new McapMessage((ushort)Number("channel_id"), (uint)Number("sequence"), Number("log_time"), Number("publish_time"), Bytes("data")),
            "Attachment" => new McapAttachment(Number("log_time"), Number("create_time"), Text("name"), Text("media_type"), Bytes("data")),
            "Metadata" => new McapMetadata(Text("name"), Texts("metadata")),
            _ => null,
        };

        string Text(string name) => fields[name].GetValue<string>();
        ulong Number(string name) => ulong.Parse(Text(name));
        byte[] Bytes(string name) => [.. fields[name].AsArray().Select(b => byte.Parse(b!.GetValue<string>()))];
        Dictionary<string, string> Texts(string name) => fields[name].AsObject().ToDictionary(t => t.Key, t => t.Value!.GetValue<string>());
    }

    private static JsonObject Record(McapRecord record, params (string Name, object Value)[] fields) => new()
    {
        ["type"] = record.Opcode.ToString(),
        ["fields"] = new JsonArray([.. fields.Select(f => new JsonArray(f.Name, Value(f.Value)))]),
    };

    private static JsonNode Value(object value) => value switch
    {
        string text => text,
        ReadOnlyMemory<byte> bytes => new JsonArray([.. bytes.ToArray().Select(b => (JsonNode)$"{b}")]),
        IReadOnlyDictionary<string, string> texts => new JsonObject(texts.Select(t => KeyValuePair.Create(t.Key, (JsonNode?)t.Value))),
        IReadOnlyDictionary<ushort, ulong> numbers => new JsonObject(numbers.Select(n => KeyValuePair.Create($"{n.Key}", (JsonNode?)$"{n.Value}"))),
        _ => $"{value}",
    };
}
