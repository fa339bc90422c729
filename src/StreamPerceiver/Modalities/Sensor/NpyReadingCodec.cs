using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Sensor;

/// <summary>Decodes <c>application/x-npy</c>: one reading, an array of the shape (channels).</summary>
internal sealed class NpyReadingCodec(int channels) : ICodec
{
    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes => [NpyPayload.MediaType];

    /// <inheritdoc/>
    public void Decode(RawRecord record, ContentType contentType, SampleCollector samples)
        => samples.Add(new SensorReading(record.Stream, record.Time, record.Record.Offset, NpyPayload.ReadRow(record.Record.Value!, channels)));
}
