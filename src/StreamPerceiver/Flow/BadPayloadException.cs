namespace StreamPerceiver.Flow;

/// <summary>Thrown by a codec and caught by the decode stage when a payload, or the rest of it, cannot be used.</summary>
internal sealed class BadPayloadException(RejectionReason reason, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Why, from a closed set.</summary>
    public RejectionReason Reason { get; } = reason;
}
