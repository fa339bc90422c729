namespace StreamPerceiver.Mcap;

/// <summary>The kind of a record, as its first byte (MCAP specification, section "Records"). Other numbers are unknown records, which readers skip.</summary>
public enum McapOpcode : byte
{
    /// <summary>The first record of a file.</summary>
    Header = 0x01,

    /// <summary>The last record of a file. It has the place of the summary.</summary>
    Footer = 0x02,

    /// <summary>Describes the messages of channels.</summary>
    Schema = 0x03,

    /// <summary>A stream of messages of one topic.</summary>
    Channel = 0x04,

    /// <summary>One message of a channel.</summary>
    Message = 0x05,

    /// <summary>Schemas, channels and messages together, perhaps compressed.</summary>
    Chunk = 0x06,

    /// <summary>The places of one channel's messages in the chunk before it.</summary>
    MessageIndex = 0x07,

    /// <summary>The place and the times of a chunk.</summary>
    ChunkIndex = 0x08,

    /// <summary>A file within the file.</summary>
    Attachment = 0x09,

    /// <summary>The place of an attachment.</summary>
    AttachmentIndex = 0x0A,

    /// <summary>Counts and times of the whole file.</summary>
    Statistics = 0x0B,

    /// <summary>Texts by name.</summary>
    Metadata = 0x0C,

    /// <summary>The place of a metadata record.</summary>
    MetadataIndex = 0x0D,

    /// <summary>The place of the summary's records of one kind.</summary>
    SummaryOffset = 0x0E,

    /// <summary>The end of the data section.</summary>
    DataEnd = 0x0F,
}
