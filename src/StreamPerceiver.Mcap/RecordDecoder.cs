using System.IO.Hashing;

namespace StreamPerceiver.Mcap;

/// <summary>Reads records from their content. Bytes behind the known fields are skipped, as the specification demands.</summary>
internal static class RecordDecoder
{
    /// <summary>Reads a record. Its data are parts of the content, except those of a schema, which outlives its chunk.</summary>
    /// <param name="opcode">The kind of the record.</param>
    /// <param name="content">Its content.</param>
    /// <param name="offset">Its offset, for messages.</param>
    /// <exception cref="McapException">A field goes beyond the record.</exception>
    public static McapRecord Decode(McapOpcode opcode, ReadOnlyMemory<byte> content, long offset)
    {
        var fields = new FieldReader(content, opcode, offset);
        switch (opcode)
        {
            case McapOpcode.Header: return new McapHeader(fields.Text("profile"), fields.Text("library"));
            case McapOpcode.Footer: return new McapFooter(fields.U64("summary_start"), fields.U64("summary_offset_start"), fields.U32("summary_crc"));
            case McapOpcode.Schema:
                return new McapSchema(fields.U16("id"), fields.Text("name"), fields.Text("encoding"), fields.Bytes32("data").ToArray());
            case McapOpcode.Channel:
                return new McapChannel(
                    fields.U16("id"), fields.U16("schema_id"), fields.Text("topic"), fields.Text("message_encoding"), fields.Texts("metadata"));
            case McapOpcode.Message: return Message(ref fields);
            case McapOpcode.Chunk: return Chunk(ref fields, isWhole: true);
            case McapOpcode.MessageIndex: return new McapMessageIndex(fields.U16("channel_id"), fields.Pairs("records"));
            case McapOpcode.ChunkIndex:
                return new McapChunkIndex(
                    fields.U64("message_start_time"), fields.U64("message_end_time"), fields.U64("chunk_start_offset"), fields.U64("chunk_length"),
                    fields.ByChannel("message_index_offsets"), fields.U64("message_index_length"), fields.Text("compression"),
                    fields.U64("compressed_size"), fields.U64("uncompressed_size"));
            case McapOpcode.Attachment: return Attachment(ref fields, content, offset);
            case McapOpcode.AttachmentIndex:
                return new McapAttachmentIndex(
                    fields.U64("offset"), fields.U64("length"), fields.U64("log_time"), fields.U64("create_time"), fields.U64("data_size"),
                    fields.Text("name"), fields.Text("media_type"));
            case McapOpcode.Statistics:
                return new McapStatistics(
                    fields.U64("message_count"), fields.U16("schema_count"), fields.U32("channel_count"), fields.U32("attachment_count"),
                    fields.U32("metadata_count"), fields.U32("chunk_count"), fields.U64("message_start_time"), fields.U64("message_end_time"),
                    fields.ByChannel("channel_message_counts"));
            case McapOpcode.Metadata: return new McapMetadata(fields.Text("name"), fields.Texts("metadata"));
            case McapOpcode.MetadataIndex: return new McapMetadataIndex(fields.U64("offset"), fields.U64("length"), fields.Text("name"));
            case McapOpcode.SummaryOffset:
                return new McapSummaryOffset((McapOpcode)fields.U8("group_opcode"), fields.U64("group_start"), fields.U64("group_length"));
            case McapOpcode.DataEnd: return new McapDataEnd(fields.U32("data_section_crc"));
            default: return new McapUnknown(opcode, content);
        }
    }

    /// <summary>Reads a chunk that is cut off: its records are those bytes that are there. Returns null where the file ends before them.</summary>
    public static McapChunk? DecodeBeginningOfChunk(ReadOnlyMemory<byte> content, long offset)
    {
        var fields = new FieldReader(content, McapOpcode.Chunk, offset);
        try
        {
            return Chunk(ref fields, isWhole: false);
        }
        catch (McapException)
        {
            return null;
        }
    }

    private static McapChunk Chunk(ref FieldReader fields, bool isWhole)
        => new(
            fields.U64("message_start_time"), fields.U64("message_end_time"), fields.U64("uncompressed_size"), fields.U32("uncompressed_crc"),
            fields.Text("compression"), isWhole ? fields.Bytes64("records") : fields.BytesThatAreThere("records"));

    private static McapMessage Message(ref FieldReader fields)
        => new(fields.U16("channel_id"), fields.U32("sequence"), fields.U64("log_time"), fields.U64("publish_time"), fields.Rest());

    // With its checksum, which stands at its end.
    private static McapAttachment Attachment(ref FieldReader fields, ReadOnlyMemory<byte> content, long offset)
    {
        var attachment = new McapAttachment(
            fields.U64("log_time"), fields.U64("create_time"), fields.Text("name"), fields.Text("media_type"), fields.Bytes64("data"));
        int covered = fields.Position;
        McapReader.RequireCrc($"the attachment {attachment.Name}", fields.U32("crc"), Crc32.HashToUInt32(content.Span[..covered]), offset);
        return attachment;
    }
}
