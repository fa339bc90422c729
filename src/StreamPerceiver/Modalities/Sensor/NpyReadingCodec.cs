using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Sensor;

/// <summary>Decodes <c>application/x-npy</c>: one reading, an array of the shape (channels).</summary>
internal sealed class NpyReadingCodec(ReadingLayout layout) : ICodec
{
    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes => [NpyPayload.MediaType];

    /// <inheritdoc/>
    public void Decode(RawRecord record, ContentType contentType, SampleCollector samples)
    {
        double[] numbers = NpyPayload.ReadRow(record.Record.Value!, layout.Channels);
        var values = new float[layout.Length];
        for (int i = 0; i < numbers.Length; i++)
            if (layout.Store(values, i, numbers[i]) is { } problem)
                throw new BadPayloadException(RejectionReason.WrongShape, $"number {i} {problem}");
        samples.Add(new SensorReading(record.Stream, record.Time, record.Record.Offset, values));
    }
}
