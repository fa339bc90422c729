using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Sensor;

/// <summary>Decodes CBOR or MessagePack: one reading, at the event time of its record, or several.</summary>
/// <typeparam name="TFormat">The format.</typeparam>
/// <param name="mediaTypes">The media types of the format.</param>
/// <param name="parser">Parses the readings.</param>
/// <param name="time">The field with the time of a reading.</param>
/// <param name="rateHz">Readings a second where the payload does not state it; null: not known.</param>
internal sealed class BinaryReadingCodec<TFormat>(IReadOnlyList<string> mediaTypes, ReadingParser parser, TimeMember time, double? rateHz) : ITimedCodec
    where TFormat : IBinaryFormat
{
    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes => mediaTypes;

    /// <inheritdoc/>
    public void Decode(RawRecord record, ContentType contentType, SampleCollector samples)
    {
        var tokens = new BinaryTokens<TFormat>(record.Record.Value, ReadingParser.MostValues);
        if (parser.ReadOne(ref tokens) is { } values)
        {
            samples.Add(new SensorReading(record.Stream, record.Time, record.Record.Offset, values));
            return;
        }

        tokens = new BinaryTokens<TFormat>(record.Record.Value, parser.MostValuesOfSeveral);
        parser.ReadSeveral(ref tokens, new ReadingBatch(record, samples, time, "reading") { RateHz = ReadingBatch.RateOf(contentType, rateHz) });
    }

    /// <inheritdoc/>
    public EventTime FindTime(SourceRecord record, ContentType contentType, TimeMember member)
    {
        var tokens = new BinaryTokens<TFormat>(record.Value, FieldTime.MostValues);
        return FieldTime.Find(ref tokens, member);
    }
}
