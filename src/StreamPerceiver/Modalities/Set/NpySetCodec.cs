using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Set;

/// <summary><c>application/x-npy</c>: an array (elements, C). An empty set is a reading, too: nothing was there.</summary>
internal sealed class NpySetCodec(SetSpec spec) : ICodec
{
    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes => [NpyPayload.MediaType];

    /// <inheritdoc/>
    public void Decode(RawRecord record, ContentType contentType, ICollection<MediaSample> samples)
    {
        float[] elements = NpyPayload.Rows(record.Record.Value!, spec.Slots, spec.Channels.Count);
        samples.Add(new SetReading(record.Stream, record.Time, record.Record.Offset, elements));
    }
}
