using StreamPerceiver.Flow;
using StreamPerceiver.Schemas;

namespace StreamPerceiver.Modalities.Sensor;

/// <summary>Decodes payloads of one schema, which stands in a file of the pipeline: one reading, at the event time of its record.</summary>
/// <param name="mediaTypes">The media types.</param>
/// <param name="plan">The plan for the paths of the readings.</param>
/// <param name="time">The plan for the path of the event time.</param>
/// <param name="readings">Makes the readings.</param>
internal sealed class FieldReadingCodec(IReadOnlyList<string> mediaTypes, FieldPlan plan, FieldPlan time, FieldReadings readings) : ITimedCodec
{
    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes => mediaTypes;

    /// <inheritdoc/>
    public void Decode(RawRecord record, ContentType contentType, SampleCollector samples)
        => samples.Add(new SensorReading(record.Stream, record.Time, record.Record.Offset, readings.Read(plan, record.Record.Value)));

    /// <inheritdoc/>
    public EventTime FindTime(SourceRecord record, ContentType contentType, TimeMember member) => member.Read(time, record.Value);
}
