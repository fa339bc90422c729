namespace StreamPerceiver.Mcap;

/// <summary>What a recovery has written, and what was wrong.</summary>
/// <param name="Messages">Messages that were written.</param>
/// <param name="Attachments">Attachments that were written.</param>
/// <param name="Metadata">Metadata records that were written.</param>
/// <param name="DamageCount">How often something was wrong; 0: the file was whole.</param>
/// <param name="Damages">The first 1,000 of these, in the order of the file.</param>
public sealed record McapRecoveryReport(long Messages, long Attachments, long Metadata, long DamageCount, IReadOnlyList<McapDamage> Damages);

/// <summary>Writes whole files out of damaged ones, for example those of a program that was killed.</summary>
public static class McapRecovery
{
    /// <summary>Writes a whole file out of a damaged one.</summary>
    /// <param name="damaged">The damaged file; it must seek.</param>
    /// <param name="whole">Where the new file is written. It has the profile of the damaged one.</param>
    /// <param name="options">What the new file has (default: chunks with all indexes, and a summary).</param>
    /// <param name="limits">Limits on what is held in memory (default: see <see cref="McapLimits"/>).</param>
    /// <exception cref="McapException">The file does not begin as an MCAP file.</exception>
    public static McapRecoveryReport Recover(Stream damaged, Stream whole, McapWriterOptions? options = null, McapLimits? limits = null)
    {
        var reader = new McapRecoveryReader(damaged, limits);
        using IEnumerator<McapRecord> records = reader.ReadRecords().GetEnumerator();
        bool hasRecord = records.MoveNext();
        var header = hasRecord ? records.Current as McapHeader : null;
        using var writer = new McapWriter(whole, (options ?? new McapWriterOptions()) with { Profile = header?.Profile ?? "" });
        long messages = 0, attachments = 0, metadata = 0;
        for (; hasRecord; hasRecord = records.MoveNext())
        {
            switch (records.Current)
            {
                case McapSchema schema: writer.Add(schema); break;
                case McapChannel channel: writer.Add(channel); break;
                case McapMessage message:
                    writer.Add(message);
                    messages++;
                    break;
                case McapAttachment attachment:
                    writer.Add(attachment);
                    attachments++;
                    break;
                case McapMetadata texts:
                    writer.Add(texts);
                    metadata++;
                    break;
            }
        }

        return new McapRecoveryReport(messages, attachments, metadata, reader.DamageCount, reader.Damages);
    }
}
