namespace StreamPerceiver.Flow;

/// <summary>Root of what this product throws for a reason that a user can act on.</summary>
public class StreamPerceiverException : Exception
{
    /// <summary>With what was found and what was expected.</summary>
    public StreamPerceiverException(string message) : base(message) { }

    /// <summary>With what was found, what was expected, and what led to it.</summary>
    public StreamPerceiverException(string message, Exception cause) : base(message, cause) { }
}
