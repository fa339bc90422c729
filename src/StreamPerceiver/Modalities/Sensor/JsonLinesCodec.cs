using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Sensor;

/// <summary>
/// Decodes <c>application/x-ndjson</c>: several readings, one on each line. A reading's time is its member <c>time</c>, or else the event time of its record.
/// Readings before a bad line are used; that line and all lines after it are rejected.
/// </summary>
internal sealed class JsonLinesCodec(JsonReading json) : ICodec
{
    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes => ["application/x-ndjson", "application/jsonl"];

    /// <inheritdoc/>
    public void Decode(RawRecord record, ContentType contentType, SampleCollector samples)
    {
        ReadOnlySpan<byte> rest = record.Record.Value;
        for (int line = 1; !rest.IsEmpty; line++)
        {
            int end = rest.IndexOf((byte)'\n');
            ReadOnlySpan<byte> text = (end < 0 ? rest : rest[..end]).Trim(" \t\r"u8);
            rest = end < 0 ? [] : rest[(end + 1)..];
            if (!text.IsEmpty) samples.Add(ReadLine(record, text, line));
        }
    }

    private SensorReading ReadLine(RawRecord record, ReadOnlySpan<byte> text, int line)
    {
        try
        {
            float[] values = json.Read(text, out string? time);
            EventTime at = record.Time;
            if (time is not null && !EventTime.TryParse(System.Text.Encoding.UTF8.GetBytes(time), out at))
                throw new BadPayloadException(RejectionReason.BadEventTime, $"time is '{time}', expected an RFC 3339 time");
            return new SensorReading(record.Stream, at, record.Record.Offset, values);
        }
        catch (BadPayloadException bad)
        {
            throw new BadPayloadException(bad.Reason, $"line {line}: {bad.Message}", bad.InnerException);
        }
    }
}
