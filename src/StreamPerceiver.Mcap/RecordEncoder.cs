using System.IO.Hashing;

namespace StreamPerceiver.Mcap;

/// <summary>Writes records as bytes, in the order of fields of the MCAP specification.</summary>
/// <param name="trailing">
/// Bytes behind the known fields of most records (default: none). Readers must skip them, because later versions of the format may add fields.
/// </param>
internal sealed class RecordEncoder(ReadOnlyMemory<byte> trailing = default)
{
    /// <summary>Appends a record to a buffer.</summary>
    /// <param name="record">The record.</param>
    /// <param name="to">The buffer.</param>
    /// <param name="inChunk">Whether the record is part of a chunk (default: false).</param>
    public void Append(McapRecord record, RecordBuffer to, bool inChunk = false)
    {
        int begin = to.Begin(record.Opcode);
        WriteFields(record, to, begin);
        if (!inChunk && record is not (McapMessage or McapChunk or McapDataEnd or McapFooter)) to.Raw(trailing.Span);
        to.End(begin);
    }

    private static void WriteFields(McapRecord record, RecordBuffer to, int begin)
    {
        switch (record)
        {
            case McapHeader header:
                to.Text(header.Profile);
                to.Text(header.Library);
                break;
            case McapSchema schema:
                to.U16(schema.Id);
                to.Text(schema.Name);
                to.Text(schema.Encoding);
                to.U32((uint)schema.Data.Length);
                to.Raw(schema.Data.Span);
                break;
            case McapChannel channel:
                to.U16(channel.Id);
                to.U16(channel.SchemaId);
                to.Text(channel.Topic);
                to.Text(channel.MessageEncoding);
                to.Texts(channel.Metadata);
                break;
            case McapMessage message:
                to.U16(message.ChannelId);
                to.U32(message.Sequence);
                to.U64(message.LogTime);
                to.U64(message.PublishTime);
                to.Raw(message.Data.Span);
                break;
            case McapChunk chunk:
                WriteTimes(to, chunk.StartTime, chunk.EndTime);
                to.U64(chunk.UncompressedSize);
                to.U32(chunk.UncompressedCrc);
                to.Text(chunk.Compression);
                to.U64((ulong)chunk.Records.Length);
                to.Raw(chunk.Records.Span);
                break;
            case McapAttachment attachment:
                WriteTimes(to, attachment.LogTime, attachment.CreateTime);
                to.Text(attachment.Name);
                to.Text(attachment.MediaType);
                to.U64((ulong)attachment.Data.Length);
                to.Raw(attachment.Data.Span);
                to.U32(Crc32.HashToUInt32(to.Written.Span[begin..]));
                break;
            case McapMetadata metadata:
                to.Text(metadata.Name);
                to.Texts(metadata.Texts);
                break;
            case McapDataEnd end:
                to.U32(end.DataSectionCrc);
                break;
            case McapFooter footer:
                to.U64(footer.SummaryStart);
                to.U64(footer.SummaryOffsetStart);
                to.U32(footer.SummaryCrc);
                break;
            case McapUnknown unknown:
                to.Raw(unknown.Content.Span);
                break;
            default:
                WriteIndexFields(record, to);
                break;
        }
    }

    private static void WriteIndexFields(McapRecord record, RecordBuffer to)
    {
        switch (record)
        {
            case McapMessageIndex index:
                to.U16(index.ChannelId);
                int block = to.BeginBlock();
                foreach ((ulong time, ulong offset) in index.Entries) WriteTimes(to, time, offset);
                to.EndBlock(block);
                break;
            case McapChunkIndex index:
                WriteTimes(to, index.StartTime, index.EndTime);
                to.U64(index.ChunkStart);
                to.U64(index.ChunkLength);
                to.ByChannel(index.MessageIndexOffsets);
                to.U64(index.MessageIndexLength);
                to.Text(index.Compression);
                to.U64(index.CompressedSize);
                to.U64(index.UncompressedSize);
                break;
            case McapAttachmentIndex index:
                to.U64(index.Offset);
                to.U64(index.Length);
                WriteTimes(to, index.LogTime, index.CreateTime);
                to.U64(index.DataSize);
                to.Text(index.Name);
                to.Text(index.MediaType);
                break;
            case McapStatistics counts:
                to.U64(counts.MessageCount);
                to.U16(counts.SchemaCount);
                to.U32(counts.ChannelCount);
                to.U32(counts.AttachmentCount);
                to.U32(counts.MetadataCount);
                to.U32(counts.ChunkCount);
                WriteTimes(to, counts.StartTime, counts.EndTime);
                to.ByChannel(counts.ChannelMessageCounts);
                break;
            case McapMetadataIndex index:
                to.U64(index.Offset);
                to.U64(index.Length);
                to.Text(index.Name);
                break;
            case McapSummaryOffset offset:
                to.U8((byte)offset.Group);
                to.U64(offset.GroupStart);
                to.U64(offset.GroupLength);
                break;
            default:
                throw new ArgumentException($"{record.GetType().Name}: no kind of record that is written", nameof(record));
        }
    }

    private static void WriteTimes(RecordBuffer to, ulong first, ulong second)
    {
        to.U64(first);
        to.U64(second);
    }
}
