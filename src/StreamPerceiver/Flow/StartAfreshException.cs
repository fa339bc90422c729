namespace StreamPerceiver.Flow;

/// <summary>
/// Thrown when the work since the last commit cannot be committed: a group membership was lost, or a transaction took too long. A new graph reads again from
/// the committed offsets, and gives the same results.
/// </summary>
public sealed class StartAfreshException : StreamPerceiverException
{
    /// <summary>Makes the exception with its reason.</summary>
    public StartAfreshException(string message) : base(message) { }

    /// <summary>Makes the exception with its reason, and the exception that caused it.</summary>
    public StartAfreshException(string message, Exception cause) : base(message, cause) { }
}
