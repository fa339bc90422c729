namespace StreamPerceiver.Flow;

/// <summary>
/// A source or a sink refuses this worker: its credentials, a right that it lacks, or its settings. The message is one line, for those who grant rights.
/// </summary>
/// <param name="message">Who was refused what, and the reason that was given.</param>
/// <param name="isOfCredentials">Whether the credentials are refused.</param>
public sealed class RefusedException(string message, bool isOfCredentials) : StreamPerceiverException(message)
{
    /// <summary>
    /// Whether the credentials are refused. They get rotated, so a worker that was let in before waits for them. A right does not come back by itself.
    /// </summary>
    public bool IsOfCredentials { get; } = isOfCredentials;
}
