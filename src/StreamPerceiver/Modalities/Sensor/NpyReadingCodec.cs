using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Sensor;

/// <summary>
/// Decodes <c>application/x-npy</c>: one reading, an array of the shape (channels), or several, of the shape (steps, channels). The first of several is at the
/// event time of the record, and the others follow at a rate.
/// </summary>
/// <param name="layout">Where the numbers of a reading are.</param>
/// <param name="time">The field with the time of a reading, for messages.</param>
/// <param name="rateHz">Readings a second where the content type does not state it; null: not known.</param>
internal sealed class NpyReadingCodec(NumberLayout layout, TimeMember time, double? rateHz) : ICodec
{
    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes => [NpyPayload.MediaType];

    /// <inheritdoc/>
    public void Decode(RawRecord record, ContentType contentType, SampleCollector samples)
    {
        int channels = layout.Channels;
        (double[] numbers, bool isSeries) = NpyPayload.ReadSeries(record.Record.Value!, SampleCollector.MostSamples, channels);
        var batch = new ReadingBatch(record, samples, time, "step") { RateHz = isSeries ? ReadingBatch.RateOf(contentType, rateHz) : 1 };
        if (batch.RateHz is null && numbers.Length > channels)
            throw new BadPayloadException(
                RejectionReason.BadEventTime,
                $"there are {numbers.Length / channels} steps, expected their rate: rate=100 in the content type, or sourceRateHz");
        batch.RateHz ??= 1;
        for (int at = 0; at < numbers.Length; at += channels)
        {
            var values = new float[layout.Length];
            try
            {
                for (int c = 0; c < channels; c++)
                    if (layout.Store(values, c, numbers[at + c]) is { } problem)
                        throw new BadPayloadException(RejectionReason.WrongShape, $"number {c} {problem}");
                batch.Add(values, own: null);
            }
            catch (BadPayloadException bad) when (isSeries)
            {
                throw batch.Named(bad);
            }
        }
    }
}
