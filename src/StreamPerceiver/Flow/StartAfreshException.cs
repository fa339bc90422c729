namespace StreamPerceiver.Flow;

/// <summary>
/// The work since the last commit is void, and nothing is wrong with it: a membership was lost, or a transaction took too long. A graph that reads again from
/// what is committed gives what this one would have given.
/// </summary>
public sealed class StartAfreshException : StreamPerceiverException
{
    /// <summary>Makes it with the reason.</summary>
    public StartAfreshException(string message) : base(message) { }

    /// <summary>Makes it with the reason, and the exception that led to it.</summary>
    public StartAfreshException(string message, Exception cause) : base(message, cause) { }
}
