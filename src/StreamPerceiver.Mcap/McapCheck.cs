namespace StreamPerceiver.Mcap;

/// <summary>
/// Checks all of a file: every record, checksum and index. Where the place of the next record is lost, it ends. To be used once. It holds the places of
/// chunks, attachments and metadata in memory, as a summary does, and one chunk.
/// </summary>
/// <param name="stream">The file; it must seek. The caller disposes it.</param>
/// <param name="note">Takes what is wrong, in the order in which it is found.</param>
/// <param name="visit">Takes each record of the data, those in chunks too, with its offset or that of its chunk (default: none is taken).</param>
/// <param name="limits">Limits on what is held in memory (default: see <see cref="McapLimits"/>).</param>
public sealed class McapCheck(Stream stream, Action<McapFinding> note, Action<McapRecord, long>? visit = null, McapLimits? limits = null)
{
    private readonly McapLimits _limits = limits ?? new McapLimits();
    private readonly DataFacts _facts = new(note, limits ?? new McapLimits());
    private readonly List<(McapRecord Record, long Offset)> _summary = [];
    private ChunkCheck? _chunk;
    private bool _isInData = true, _isHurt;

    /// <summary>Checks the file from its first to its last byte.</summary>
    public void Run()
    {
        stream.Position = 0;
        var input = new RecordInput(stream, _limits);
        long offset = 0;
        try
        {
            input.ReadMagic();
            bool isFirst = true;
            while (true)
            {
                offset = input.Position;
                (McapOpcode opcode, ReadOnlyMemory<byte> content, _) = input.Read();
                if (isFirst && opcode != McapOpcode.Header) NoteDamage(offset, $"found the record {opcode} at the beginning, expected the header");
                isFirst = false;
                if (Decode(opcode, content, offset) is not { } record) continue;
                Check(record, offset, input);
                if (record is not McapFooter footer) continue;
                if (_isInData) NoteDamage(offset, "found the footer, and no end of the data section is before it");
                offset = input.Position;
                input.ReadMagic();
                offset = input.Position;
                if (offset < stream.Length) NoteDamage(offset, $"{stream.Length - offset} bytes stand behind the end of the file");
                EndCheck(footer);
                return;
            }
        }
        catch (McapException e)
        {
            NoteDamage(offset, e.Message + Rest());
        }
    }

    private void Check(McapRecord record, long offset, RecordInput input)
    {
        if (record is not McapMessageIndex and not McapUnknown) EndChunk();
        if (record is McapDataEnd or McapFooter) CheckCrc(record, offset, input);
        if (record is McapDataEnd) (_isInData, _facts.DataEnd) = (false, input.Position);
        else if (!_isInData) _summary.Add((record, offset));
        else if (record is McapChunk chunk) CheckChunk(chunk, offset, input.Position - offset);
        else if (record is McapMessageIndex index && _chunk is not null) _chunk.Add(index, offset, input.Position - offset);
        else if (record is McapMessageIndex) note(new McapFinding(McapProblem.Index, true, offset, "an index of messages stands behind no chunk"));
        else if (record is not McapUnknown) Take(record, offset, input.Position - offset);
    }

    private McapRecord? Decode(McapOpcode opcode, ReadOnlyMemory<byte> content, long offset)
    {
        try
        {
            return RecordDecoder.Decode(opcode, content, offset);
        }
        catch (McapException e)
        {
            NoteDamage(offset, e.Message);
            if (opcode == McapOpcode.Chunk) EndChunk();
            return null;
        }
    }

    private void CheckChunk(McapChunk chunk, long offset, long length)
    {
        _chunk = new ChunkCheck(chunk, offset, length, note);
        try
        {
            ReadOnlyMemory<byte> records = ChunkCompression.Decompress(chunk, offset, _limits.ChunkBytes);
            for (int at = 0; at < records.Length;)
            {
                (McapRecord record, int bytes) = McapReader.ReadInChunk(records, at, offset, _limits);
                if (record is McapMessage message) _chunk.Add(message, at);
                Take(record, offset, bytes);
                at += bytes;
            }

            _chunk.IsRead = true;
        }
        catch (McapException e)
        {
            NoteDamage(offset, e.Message);
        }
    }

    private void Take(McapRecord record, long offset, long length)
    {
        _facts.Add(record, offset, length, isInChunk: _chunk is not null);
        visit?.Invoke(record, offset);
    }

    private void EndChunk()
    {
        if (_chunk is null) return;
        _facts.Chunks.Add(_chunk.End());
        _chunk = null;
    }

    private void CheckCrc(McapRecord record, long offset, RecordInput input)
    {
        try
        {
            McapReader.Check(record, offset, input);
        }
        catch (McapException e)
        {
            NoteDamage(offset, e.Message);
        }
    }

    // Where data are damaged, their counts say nothing about the summary.
    private void EndCheck(McapFooter footer)
    {
        _facts.NoteOrder();
        if (_isHurt) return;
        new SummaryCheck(_facts, note).Check(_summary, footer);
    }

    private void NoteDamage(long offset, string detail)
    {
        _isHurt = true;
        note(new McapFinding(McapProblem.Damage, true, offset, detail));
    }

    // What a recovery would give.
    private string Rest()
    {
        long messages = 0;
        ulong last = 0;
        try
        {
            foreach (McapMessage message in new McapRecoveryReader(stream, _limits).ReadRecords().OfType<McapMessage>())
                (messages, last) = (messages + 1, Math.Max(last, message.LogTime));
        }
        catch (McapException)
        {
            return "";
        }

        return messages == 0 ? "; no message is complete" : $"; {messages} messages are complete, up to {McapFormat.Time(last)}";
    }
}
