using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Sensor;

/// <summary>Decodes <c>application/json</c>: one reading, at the event time of its record.</summary>
internal sealed class JsonReadingCodec(JsonReading json) : ICodec
{
    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes => ["application/json"];

    /// <inheritdoc/>
    public void Decode(RawRecord record, ContentType contentType, SampleCollector samples)
        => samples.Add(new SensorReading(record.Stream, record.Time, record.Record.Offset, json.Read(record.Record.Value)));
}
