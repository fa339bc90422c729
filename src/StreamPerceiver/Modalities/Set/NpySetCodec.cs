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
        float[] elements = NpyPayload.ReadRows(record.Record.Value!, spec.MostElements, spec.Channels.Count);
        samples.Add(spec.Reading(record, elements));
    }
}
