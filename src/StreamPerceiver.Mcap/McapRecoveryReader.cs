namespace StreamPerceiver.Mcap;

/// <summary>Something wrong in a file.</summary>
/// <param name="Offset">Offset of the record that is damaged or cut off.</param>
/// <param name="Problem">What was found, and where.</param>
public sealed record McapDamage(long Offset, string Problem);

/// <summary>
/// Reads what is whole of a file that is cut off or damaged. Of a file that is cut off it gives every complete message, those inside of the last chunk too.
/// A chunk that is there, and whose checksum or compression is wrong, is left out: any of its bytes may be the wrong ones. Where the place of the next record
/// is lost, it goes on with the next chunk that the summary lists.
/// </summary>
public sealed class McapRecoveryReader
{
    private const int MostDamages = 1000;

    private readonly Stream _stream;
    private readonly McapLimits _limits;
    private readonly McapFile? _summary;
    private readonly List<ulong> _places = [];
    private readonly List<McapDamage> _damages = [];
    private readonly RecoveredDefinitions _definitions;
    private RecordInput _input;
    private bool _isInData = true;

    /// <summary>Begins to read.</summary>
    /// <param name="stream">The damaged file; it must seek. The caller disposes it.</param>
    /// <param name="limits">Limits on what is held in memory (default: see <see cref="McapLimits"/>).</param>
    public McapRecoveryReader(Stream stream, McapLimits? limits = null)
    {
        (_stream, _limits) = (stream, limits ?? new McapLimits());
        try
        {
            _summary = McapFile.Open(stream, _limits);
        }
        catch (McapException)
        {
            // A file that is cut off has no summary. What else may be wrong is found when the file is read.
        }

        if (_summary is not null)
            _places = [.. _summary.Summary.OfType<McapChunkIndex>().Select(c => c.ChunkStart).Append(_summary.Footer.SummaryStart).Order()];
        _definitions = new RecoveredDefinitions(_summary, _limits, Note);
        _input = new RecordInput(stream, _limits);
    }

    /// <summary>
    /// The first 1,000 things that were wrong, in the order of the file. It is complete once <see cref="ReadRecords"/> has ended.
    /// </summary>
    public IReadOnlyList<McapDamage> Damages => _damages;

    /// <summary>How often something was wrong; 0: the file is whole.</summary>
    public long DamageCount { get; private set; }

    /// <summary>Reads the header, schemas, channels, messages, attachments and metadata that are whole, in order. It can be called once.</summary>
    /// <exception cref="McapException">The file does not begin as an MCAP file.</exception>
    public IEnumerable<McapRecord> ReadRecords()
    {
        _stream.Position = 0;
        if (!TryReadMagic(isEnd: false)) yield break;
        while (TryReadFrame(out RecordFrame frame))
        {
            foreach (McapRecord record in frame.Opcode == McapOpcode.Chunk && _isInData ? ReadChunk(frame) : ReadRecord(frame))
                foreach (McapRecord kept in _definitions.Keep(record, frame.Offset))
                    yield return kept;
            if (!frame.IsWhole)
            {
                if (TryGoOn(frame.Offset)) continue;
                yield break;
            }

            if (frame.Opcode != McapOpcode.Footer) continue;
            TryReadMagic(isEnd: true);
            yield break;
        }
    }

    private bool TryReadMagic(bool isEnd)
    {
        long offset = _input.Position;
        try
        {
            _input.ReadMagic();
            return true;
        }
        catch (McapException e) when (isEnd || e.IsCutOff)
        {
            Note(offset, e.Message);
            return false;
        }
    }

    private bool TryReadFrame(out RecordFrame frame)
    {
        while (true)
        {
            long offset = _input.Position;
            try
            {
                frame = _input.ReadFrame();
                if (!frame.IsWhole) Note(offset, frame.CutOff().Message);
                return true;
            }
            catch (McapException e)
            {
                Note(offset, e.Message);
                if (TryGoOn(offset)) continue;
                frame = default;
                return false;
            }
        }
    }

    // Goes on behind a record whose length is wrong. Returns false where no place is known.
    private bool TryGoOn(long offset)
    {
        if (NextPlace(offset) is not { } next) return false;
        _stream.Position = next;
        _input = new RecordInput(_stream, _limits, next);
        return true;
    }

    // The next chunk by the summary; behind the last chunk, the summary itself.
    private long? NextPlace(long offset)
    {
        if (_summary is null || _summary.Footer.SummaryStart <= (ulong)offset) return null;
        int next = _places.BinarySearch((ulong)offset + 1);
        return (long)_places[next < 0 ? ~next : next];
    }

    private IEnumerable<McapRecord> ReadRecord(RecordFrame frame)
    {
        if (!frame.IsWhole) return [];
        try
        {
            McapRecord record = RecordDecoder.Decode(frame.Opcode, frame.Content, frame.Offset);
            if (record is McapDataEnd) _isInData = false;
            if (DamageCount == 0) McapReader.Check(record, frame.Offset, _input);
            return _isInData && record is McapHeader or McapSchema or McapChannel or McapMessage or McapAttachment or McapMetadata ? [record] : [];
        }
        catch (McapException e)
        {
            Note(frame.Offset, e.Message);
            return [];
        }
    }

    private IEnumerable<McapRecord> ReadChunk(RecordFrame frame)
    {
        ReadOnlyMemory<byte> records = Decompress(frame);
        for (int at = 0; TryReadInChunk(records, ref at, frame) is { } record;)
            if (record is McapSchema or McapChannel or McapMessage)
                yield return record;
    }

    private ReadOnlyMemory<byte> Decompress(RecordFrame frame)
    {
        try
        {
            if (frame.IsWhole)
            {
                var whole = (McapChunk)RecordDecoder.Decode(frame.Opcode, frame.Content, frame.Offset);
                return ChunkCompression.Decompress(whole, frame.Offset, _limits.ChunkBytes);
            }

            return RecordDecoder.DecodeBeginningOfChunk(frame.Content, frame.Offset) is { } chunk
                ? ChunkCompression.DecompressBeginning(chunk, frame.Offset, _limits.ChunkBytes)
                : default;
        }
        catch (McapException e)
        {
            Note(frame.Offset, e.Message);
            return default;
        }
    }

    private McapRecord? TryReadInChunk(ReadOnlyMemory<byte> records, ref int at, RecordFrame frame)
    {
        if (at == records.Length) return null;
        try
        {
            (McapRecord record, int bytes) = McapReader.ReadInChunk(records, at, frame.Offset, _limits);
            at += bytes;
            return record;
        }
        catch (McapException e)
        {
            if (frame.IsWhole) Note(frame.Offset, e.Message);
            return null;
        }
    }

    private void Note(long offset, string problem)
    {
        DamageCount++;
        if (_damages.Count < MostDamages) _damages.Add(new McapDamage(offset, problem));
    }
}
