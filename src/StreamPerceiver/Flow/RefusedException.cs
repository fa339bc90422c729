namespace StreamPerceiver.Flow;

/// <summary>
/// Thrown when a broker refuses this worker: its credentials, a right that it lacks, or its settings. The message is one line, for an administrator.
/// </summary>
/// <param name="message">The principal, what was refused, and the broker's reason.</param>
/// <param name="areCredentialsRefused">Whether the credentials are refused.</param>
public sealed class RefusedException(string message, bool areCredentialsRefused) : StreamPerceiverException(message)
{
    /// <summary>
    /// Whether the credentials are refused. Credentials are rotated, so a worker that had access before waits for new ones. A missing right does not return by
    /// itself.
    /// </summary>
    public bool AreCredentialsRefused { get; } = areCredentialsRefused;
}
