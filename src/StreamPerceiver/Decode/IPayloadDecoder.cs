using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;

namespace StreamPerceiver.Decode;

/// <summary>Turns the payloads of one kind of input into samples. Called from several threads at once.</summary>
internal interface IPayloadDecoder
{
    /// <summary>The sample.</summary>
    /// <exception cref="BadPayloadException">The payload cannot be used.</exception>
    MediaSample Decode(RawRecord record, ContentType contentType);
}

/// <summary>Thrown by a decoder, caught by <see cref="Decoder"/> around it: never leaves this folder.</summary>
internal sealed class BadPayloadException(RejectionReason reason, string message, Exception? cause = null) : Exception(message, cause)
{
    public RejectionReason Reason { get; } = reason;
}
