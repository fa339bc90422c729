namespace StreamPerceiver.Mcap;

/// <summary>Compares the summary of a file with its data.</summary>
internal sealed class SummaryCheck(DataFacts facts, Action<McapFinding> note)
{
    /// <summary>Compares the records behind the data section.</summary>
    public void Check(IReadOnlyList<(McapRecord Record, long Offset)> records, McapFooter footer)
    {
        (McapRecord Record, long Offset)[] summary = [.. records.Where(r => r.Record is not McapFooter)];
        long footerAt = records[^1].Offset;
        if (summary.Length == 0)
        {
            if (footer.SummaryStart != 0) Note(footerAt, $"the footer has a summary at byte {footer.SummaryStart}, and there is none");
            NoteNoIndex(footerAt, "the file has no summary");
            return;
        }

        if (footer.SummaryStart != (ulong)facts.DataEnd)
            Note(footerAt, $"the footer has the summary at byte {footer.SummaryStart}, expected {facts.DataEnd}");
        CheckGroups(summary, footer, footerAt);
        foreach ((McapRecord record, long offset) in summary) Check(record, offset);
        McapRecord[] kinds = [.. summary.Select(s => s.Record)];
        if (!kinds.OfType<McapChunkIndex>().Any() && facts.Chunks.Count > 0) NoteNoIndex(footerAt, "the summary has no places of chunks");
        else Compare(kinds.OfType<McapChunkIndex>(), facts.Chunks, c => c.ChunkStart, "chunk", footerAt);
        if (facts.MessagesInNoChunk > 0) NoteNoIndex(footerAt, $"{facts.MessagesInNoChunk} messages are in no chunk");
        Compare(kinds.OfType<McapAttachmentIndex>(), facts.Attachments, a => a.Offset, "attachment", footerAt);
        Compare(kinds.OfType<McapMetadataIndex>(), facts.Metadata, m => m.Offset, "metadata", footerAt);
        if (kinds.OfType<McapChannel>().Any() || facts.Channels.Count == 0)
        {
            foreach (McapChannel lost in facts.Channels.Values.ExceptBy(kinds.OfType<McapChannel>().Select(c => c.Id), c => c.Id))
                Note(footerAt, $"channel {lost.Id} ({lost.Topic}) is not in the summary");
        }
        else
        {
            Note(footerAt, "the summary has no channels, so messages that are read by its places have no topic");
        }
    }

    private void Check(McapRecord record, long offset)
    {
        switch (record)
        {
            case McapStatistics statistics:
                Check(statistics, offset);
                break;
            case McapChannel channel when facts.Channels.GetValueOrDefault(channel.Id) is { } known
                && (known.Topic, known.SchemaId, known.MessageEncoding) != (channel.Topic, channel.SchemaId, channel.MessageEncoding):
                Note(offset, $"channel {channel.Id} is that of {channel.Topic} in the summary, and that of {known.Topic} in the data");
                break;
            case McapSchema schema when facts.Schemas.GetValueOrDefault(schema.Id) is { } known
                && ((known.Name, known.Encoding) != (schema.Name, schema.Encoding) || !known.Data.Span.SequenceEqual(schema.Data.Span)):
                Note(offset, $"schema {schema.Id} ({schema.Name}) of the summary is not that of the data ({known.Name})");
                break;
            case McapUnknown or McapChannel or McapSchema or McapChunkIndex or McapAttachmentIndex or McapMetadataIndex or McapSummaryOffset:
                break;
            default:
                Note(offset, $"found the record {record.Opcode} in the summary, expected counts, definitions and places");
                break;
        }
    }

    private void Check(McapStatistics found, long offset)
    {
        McapStatistics expected = facts.Statistics;
        (string Name, ulong Found, ulong Expected)[] counts =
        [
            ("messages", found.MessageCount, expected.MessageCount), ("schemas", found.SchemaCount, expected.SchemaCount),
            ("channels", found.ChannelCount, expected.ChannelCount), ("attachments", found.AttachmentCount, expected.AttachmentCount),
            ("metadata records", found.MetadataCount, expected.MetadataCount), ("chunks", found.ChunkCount, expected.ChunkCount),
        ];
        foreach ((string name, ulong stated, ulong counted) in counts.Where(c => c.Found != c.Expected))
            Note(offset, $"the statistics have {stated} {name}, and the data have {counted}");
        if ((found.StartTime, found.EndTime) != (expected.StartTime, expected.EndTime))
        {
            Note(offset, $"the statistics have times from {McapFormat.Time(found.StartTime)} to {McapFormat.Time(found.EndTime)}, and the data have "
                + $"{McapFormat.Time(expected.StartTime)} to {McapFormat.Time(expected.EndTime)}");
        }

        foreach (ushort channel in found.ChannelMessageCounts.Keys.Union(expected.ChannelMessageCounts.Keys).Order())
        {
            ulong stated = found.ChannelMessageCounts.GetValueOrDefault(channel), counted = expected.ChannelMessageCounts.GetValueOrDefault(channel);
            if (stated != counted) Note(offset, $"the statistics have {stated} messages of channel {channel}, and the data have {counted}");
        }
    }

    // Places that no record of the summary names are left out by readers; a place without its record makes them fail.
    private void Compare<T>(IEnumerable<T> found, IReadOnlyList<T> expected, Func<T, ulong> place, string what, long offset) where T : McapRecord
    {
        Dictionary<ulong, T> there = expected.ToDictionary(place);
        foreach (T index in found)
        {
            if (!there.Remove(place(index), out T? real))
                Note(offset, $"the summary has the {what} at byte {place(index)}, and none is there, or it is named twice");
            else if (!IsSame(index, real)) Note((long)place(index), $"the summary has other times, lengths or names of the {what} than the data");
        }

        foreach (ulong lost in there.Keys) Note((long)lost, $"the {what} is not in the summary");
    }

    private static bool IsSame(McapRecord found, McapRecord real) => (found, real) switch
    {
        (McapChunkIndex f, McapChunkIndex r) => f with { MessageIndexOffsets = r.MessageIndexOffsets } == r
            && f.MessageIndexOffsets.OrderBy(p => p.Key).SequenceEqual(r.MessageIndexOffsets.OrderBy(p => p.Key)),
        _ => found == real,
    };

    private void CheckGroups((McapRecord Record, long Offset)[] summary, McapFooter footer, long footerAt)
    {
        (McapRecord Record, long Offset)[] groups = [.. summary.Where(s => s.Record is McapSummaryOffset)];
        long start = groups.Length == 0 ? 0 : groups[0].Offset;
        if (footer.SummaryOffsetStart != (ulong)start)
            Note(footerAt, $"the footer has the places of the summary's parts at byte {footer.SummaryOffsetStart}, expected {start}");
        foreach ((McapRecord record, long offset) in groups)
        {
            var group = (McapSummaryOffset)record;
            int first = Array.FindIndex(summary, s => s.Record.Opcode == group.Group);
            int next = Array.FindLastIndex(summary, s => s.Record.Opcode == group.Group) + 1;
            long end = next < summary.Length ? summary[next].Offset : footerAt;
            if (first >= 0 && (ulong)summary[first].Offset == group.GroupStart && (ulong)(end - summary[first].Offset) == group.GroupLength) continue;
            Note(offset, $"the summary has no {group.Group} records at byte {group.GroupStart} with {group.GroupLength} bytes");
        }
    }

    private void Note(long offset, string detail) => note(new McapFinding(McapProblem.Index, true, offset, detail));

    private void NoteNoIndex(long offset, string detail)
        => note(new McapFinding(McapProblem.NoIndex, false, offset, $"{detail}: a range is found by reading all"));
}
