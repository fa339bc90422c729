namespace StreamPerceiver.Mcap;

/// <summary>One record of an MCAP file. Times are nanoseconds, usually since 1970-01-01T00:00:00Z. Offsets are bytes from the beginning of the file.</summary>
/// <param name="Opcode">The kind of the record.</param>
public abstract record McapRecord(McapOpcode Opcode);

/// <summary>The first record of a file.</summary>
/// <param name="Profile">Name of the rules that the file's channels follow, such as <c>ros2</c>; empty: none.</param>
/// <param name="Library">The program that wrote the file.</param>
public sealed record McapHeader(string Profile, string Library) : McapRecord(McapOpcode.Header);

/// <summary>The last record of a file.</summary>
/// <param name="SummaryStart">Offset of the summary; 0: there is none.</param>
/// <param name="SummaryOffsetStart">Offset of the summary offsets; 0: there are none.</param>
/// <param name="SummaryCrc">CRC-32 of the bytes from the summary to this field; 0: it was not computed.</param>
public sealed record McapFooter(ulong SummaryStart, ulong SummaryOffsetStart, uint SummaryCrc) : McapRecord(McapOpcode.Footer);

/// <summary>Describes the messages of channels.</summary>
/// <param name="Id">The id, from 1.</param>
/// <param name="Name">Name of the messages' type.</param>
/// <param name="Encoding">Format of the schema, such as <c>jsonschema</c> or <c>ros2msg</c>.</param>
/// <param name="Data">The schema.</param>
public sealed record McapSchema(ushort Id, string Name, string Encoding, ReadOnlyMemory<byte> Data) : McapRecord(McapOpcode.Schema);

/// <summary>A stream of messages of one topic.</summary>
/// <param name="Id">The id.</param>
/// <param name="SchemaId">The id of the schema; 0: there is none.</param>
/// <param name="Topic">The topic.</param>
/// <param name="MessageEncoding">Format of the messages, such as <c>json</c> or <c>cdr</c>.</param>
/// <param name="Metadata">Texts by name.</param>
public sealed record McapChannel(ushort Id, ushort SchemaId, string Topic, string MessageEncoding, IReadOnlyDictionary<string, string> Metadata)
    : McapRecord(McapOpcode.Channel);

/// <summary>One message of a channel.</summary>
/// <param name="ChannelId">The id of the channel.</param>
/// <param name="Sequence">A counter of the publisher; 0: it has none.</param>
/// <param name="LogTime">When the message was recorded.</param>
/// <param name="PublishTime">When the message was published; the log time where that is not known.</param>
/// <param name="Data">The payload.</param>
public sealed record McapMessage(ushort ChannelId, uint Sequence, ulong LogTime, ulong PublishTime, ReadOnlyMemory<byte> Data)
    : McapRecord(McapOpcode.Message);

/// <summary>Schemas, channels and messages together.</summary>
/// <param name="StartTime">The least log time of its messages; 0 where it has none.</param>
/// <param name="EndTime">The greatest log time of its messages; 0 where it has none.</param>
/// <param name="UncompressedSize">Bytes of the records before compression.</param>
/// <param name="UncompressedCrc">CRC-32 of the records before compression; 0: it was not computed.</param>
/// <param name="Compression"><c>lz4</c>, <c>zstd</c>, or empty for none.</param>
/// <param name="Records">The records, compressed.</param>
public sealed record McapChunk(ulong StartTime, ulong EndTime, ulong UncompressedSize, uint UncompressedCrc, string Compression, ReadOnlyMemory<byte> Records)
    : McapRecord(McapOpcode.Chunk);

/// <summary>The places of one channel's messages in the chunk before it.</summary>
/// <param name="ChannelId">The id of the channel.</param>
/// <param name="Entries">Log time of each message, and its offset in the uncompressed records of the chunk.</param>
public sealed record McapMessageIndex(ushort ChannelId, IReadOnlyList<(ulong LogTime, ulong Offset)> Entries) : McapRecord(McapOpcode.MessageIndex);

/// <summary>The place and the times of a chunk.</summary>
/// <param name="StartTime">The least log time of its messages.</param>
/// <param name="EndTime">The greatest log time of its messages.</param>
/// <param name="ChunkStart">Offset of the chunk record.</param>
/// <param name="ChunkLength">Bytes of the chunk record, with opcode and length.</param>
/// <param name="MessageIndexOffsets">Offset of the message index of each channel, by channel id.</param>
/// <param name="MessageIndexLength">Bytes of all message indexes behind the chunk.</param>
/// <param name="Compression">As in the chunk.</param>
/// <param name="CompressedSize">Bytes of the records in the chunk.</param>
/// <param name="UncompressedSize">Bytes of the records before compression.</param>
public sealed record McapChunkIndex(
    ulong StartTime, ulong EndTime, ulong ChunkStart, ulong ChunkLength, IReadOnlyDictionary<ushort, ulong> MessageIndexOffsets, ulong MessageIndexLength,
    string Compression, ulong CompressedSize, ulong UncompressedSize) : McapRecord(McapOpcode.ChunkIndex);

/// <summary>A file within the file.</summary>
/// <param name="LogTime">When it was recorded.</param>
/// <param name="CreateTime">When it was made; 0: that is not known.</param>
/// <param name="Name">The name.</param>
/// <param name="MediaType">The media type.</param>
/// <param name="Data">The content.</param>
public sealed record McapAttachment(ulong LogTime, ulong CreateTime, string Name, string MediaType, ReadOnlyMemory<byte> Data)
    : McapRecord(McapOpcode.Attachment);

/// <summary>The place of an attachment.</summary>
/// <param name="Offset">Offset of the attachment record.</param>
/// <param name="Length">Bytes of the record, with opcode and length.</param>
/// <param name="LogTime">When it was recorded.</param>
/// <param name="CreateTime">When it was made; 0: that is not known.</param>
/// <param name="DataSize">Bytes of the content.</param>
/// <param name="Name">The name.</param>
/// <param name="MediaType">The media type.</param>
public sealed record McapAttachmentIndex(ulong Offset, ulong Length, ulong LogTime, ulong CreateTime, ulong DataSize, string Name, string MediaType)
    : McapRecord(McapOpcode.AttachmentIndex);

/// <summary>Counts and times of the whole file.</summary>
/// <param name="MessageCount">Messages.</param>
/// <param name="SchemaCount">Schemas.</param>
/// <param name="ChannelCount">Channels.</param>
/// <param name="AttachmentCount">Attachments.</param>
/// <param name="MetadataCount">Metadata records.</param>
/// <param name="ChunkCount">Chunks.</param>
/// <param name="StartTime">The least log time of a message; 0 where there is none.</param>
/// <param name="EndTime">The greatest log time of a message; 0 where there is none.</param>
/// <param name="ChannelMessageCounts">Messages by channel id.</param>
public sealed record McapStatistics(
    ulong MessageCount, ushort SchemaCount, uint ChannelCount, uint AttachmentCount, uint MetadataCount, uint ChunkCount, ulong StartTime, ulong EndTime,
    IReadOnlyDictionary<ushort, ulong> ChannelMessageCounts) : McapRecord(McapOpcode.Statistics);

/// <summary>Texts by name.</summary>
/// <param name="Name">The name of the record.</param>
/// <param name="Texts">The texts.</param>
public sealed record McapMetadata(string Name, IReadOnlyDictionary<string, string> Texts) : McapRecord(McapOpcode.Metadata);

/// <summary>The place of a metadata record.</summary>
/// <param name="Offset">Offset of the record.</param>
/// <param name="Length">Bytes of the record, with opcode and length.</param>
/// <param name="Name">The name of the record.</param>
public sealed record McapMetadataIndex(ulong Offset, ulong Length, string Name) : McapRecord(McapOpcode.MetadataIndex);

/// <summary>The place of the summary's records of one kind.</summary>
/// <param name="Group">The kind of the records.</param>
/// <param name="GroupStart">Offset of the first of them.</param>
/// <param name="GroupLength">Bytes of all of them.</param>
public sealed record McapSummaryOffset(McapOpcode Group, ulong GroupStart, ulong GroupLength) : McapRecord(McapOpcode.SummaryOffset);

/// <summary>The end of the data section.</summary>
/// <param name="DataSectionCrc">CRC-32 of all bytes of the file before this record; 0: it was not computed.</param>
public sealed record McapDataEnd(uint DataSectionCrc) : McapRecord(McapOpcode.DataEnd);

/// <summary>A record of a kind that this library does not know.</summary>
/// <param name="Opcode">The kind's number.</param>
/// <param name="Content">The content.</param>
public sealed record McapUnknown(McapOpcode Opcode, ReadOnlyMemory<byte> Content) : McapRecord(Opcode);
