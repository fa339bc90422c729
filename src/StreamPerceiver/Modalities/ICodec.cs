using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities;

/// <summary>Decodes the payloads of some media types. Called from several threads at once.</summary>
internal interface ICodec
{
    /// <summary>The media types that it takes, in lower case.</summary>
    IReadOnlyList<string> MediaTypes { get; }

    /// <summary>Adds the samples of a payload, one or more. Where it throws, those that it has added stay, and the rest is rejected.</summary>
    /// <param name="record">The record; its value has at least a byte.</param>
    /// <param name="contentType">Its content type, one of <see cref="MediaTypes"/>, with parameters.</param>
    /// <param name="samples">Where the samples go.</param>
    /// <exception cref="BadPayloadException">The payload, or the rest of it, cannot be used.</exception>
    void Decode(RawRecord record, ContentType contentType, ICollection<MediaSample> samples);
}

/// <summary>Thrown by a codec, caught by the decode stage: a payload, or the rest of it, cannot be used.</summary>
internal sealed class BadPayloadException(RejectionReason reason, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Why, from a closed set.</summary>
    public RejectionReason Reason { get; } = reason;
}
