using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Sensor;

/// <summary>
/// Decodes <c>application/x-ndjson</c>: several readings, one on each line. Readings before a bad line are used; that line and all lines after it are rejected.
/// </summary>
/// <param name="parser">Parses the readings.</param>
/// <param name="time">The field with the time of a reading.</param>
/// <param name="rateHz">Readings a second where the lines have no times; null: not known.</param>
internal sealed class JsonLinesCodec(ReadingParser parser, TimeMember time, double? rateHz) : ITimedCodec
{
    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes => ["application/x-ndjson", "application/jsonl"];

    /// <inheritdoc/>
    public void Decode(RawRecord record, ContentType contentType, SampleCollector samples)
    {
        var batch = new ReadingBatch(record, samples, time, "line") { RateHz = ReadingBatch.RateOf(contentType, rateHz) };
        ReadOnlySpan<byte> rest = record.Record.Value;
        for (int line = 1; !rest.IsEmpty; line++)
        {
            ReadOnlySpan<byte> text = NextLine(ref rest);
            if (text.IsEmpty) continue;
            batch.Number = line;
            try
            {
                var json = new JsonTokens(text, ReadingParser.MostValues);
                batch.Add(parser.ReadLine(ref json, out EventTime? own), own);
            }
            catch (BadPayloadException bad)
            {
                throw batch.Named(bad);
            }
        }
    }

    /// <inheritdoc/>
    public EventTime FindTime(SourceRecord record, ContentType contentType, TimeMember member)
    {
        ReadOnlySpan<byte> rest = record.Value, text = [];
        while (text.IsEmpty && !rest.IsEmpty) text = NextLine(ref rest);
        var json = new JsonTokens(text, FieldTime.MostValues);
        return FieldTime.Find(ref json, member);
    }

    private static ReadOnlySpan<byte> NextLine(scoped ref ReadOnlySpan<byte> rest)
    {
        int end = rest.IndexOf((byte)'\n');
        ReadOnlySpan<byte> text = (end < 0 ? rest : rest[..end]).Trim(" \t\r"u8);
        rest = end < 0 ? [] : rest[(end + 1)..];
        return text;
    }
}
