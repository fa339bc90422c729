using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities;

/// <summary>Decodes the payloads of some media types. Several threads call a codec at once.</summary>
internal interface ICodec
{
    /// <summary>The media types that the codec takes, in lower case.</summary>
    IReadOnlyList<string> MediaTypes { get; }

    /// <summary>
    /// Decodes a payload and adds its samples, one or more. After an exception the samples added so far are used, and the rest of the payload is rejected.
    /// </summary>
    /// <param name="record">The record; its value has at least one byte.</param>
    /// <param name="contentType">The record's content type, one of <see cref="MediaTypes"/>, with parameters.</param>
    /// <param name="samples">Takes the samples.</param>
    /// <exception cref="BadPayloadException">The payload, or the rest of it, cannot be used.</exception>
    void Decode(RawRecord record, ContentType contentType, SampleCollector samples);
}
