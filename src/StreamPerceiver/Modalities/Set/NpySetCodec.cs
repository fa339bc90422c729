using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Set;

/// <summary>Decodes <c>application/x-npy</c>: an array of the shape (elements, C). An array of no rows is a set without elements.</summary>
internal sealed class NpySetCodec(SetSpec spec) : ICodec
{
    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes => [NpyPayload.MediaType];

    /// <inheritdoc/>
    public void Decode(RawRecord record, ContentType contentType, SampleCollector samples)
    {
        byte[] payload = record.Record.Value!;
        int channels = spec.Channels.Count;
        samples.Add(spec.Reading(
            record, spec.Position is null ? NpyPayload.ReadRows(payload, spec.MostElements, channels) : ReadExact(payload, channels)));
    }

    private float[] ReadExact(byte[] payload, int channels)
    {
        NumberLayout layout = spec.Layout;
        double[] numbers = NpyPayload.ReadExactRows(payload, spec.MostElements, channels);
        var elements = new float[numbers.Length / channels * layout.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            (int element, int channel) = Math.DivRem(i, channels);
            if (layout.Store(elements.AsSpan(element * layout.Length, layout.Length), channel, numbers[i]) is { } problem)
                throw new BadPayloadException(RejectionReason.WrongShape, $"element {element}, channel {spec.Channels[channel]} {problem}");
        }

        return elements;
    }
}
