using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Sensor;

/// <summary>Decodes <c>application/json</c>: one reading, at the event time of its record, or several.</summary>
/// <param name="parser">Parses the readings.</param>
/// <param name="time">The field with the time of a reading.</param>
/// <param name="rateHz">Readings a second where the payload does not state it; null: not known.</param>
internal sealed class JsonReadingCodec(ReadingParser parser, TimeMember time, double? rateHz) : ITimedCodec
{
    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes => ["application/json"];

    /// <inheritdoc/>
    public void Decode(RawRecord record, ContentType contentType, SampleCollector samples)
    {
        var json = new JsonTokens(record.Record.Value, ReadingParser.MostValues);
        if (parser.ReadOne(ref json) is { } values)
        {
            samples.Add(new SensorReading(record.Stream, record.Time, record.Record.Offset, values));
            return;
        }

        json = new JsonTokens(record.Record.Value, parser.MostValuesOfSeveral);
        parser.ReadSeveral(ref json, new ReadingBatch(record, samples, time, "reading") { RateHz = ReadingBatch.RateOf(contentType, rateHz) });
    }

    /// <inheritdoc/>
    public EventTime FindTime(SourceRecord record, ContentType contentType, TimeMember member)
    {
        var json = new JsonTokens(record.Value, FieldTime.MostValues);
        return FieldTime.Find(ref json, member);
    }
}
