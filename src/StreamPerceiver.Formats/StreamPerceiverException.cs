namespace StreamPerceiver;

/// <summary>Root of what this product throws for a reason that a user can act on.</summary>
/// <param name="message">What was found, and what was expected.</param>
/// <param name="cause">What led to it; null (default) for nothing else.</param>
public class StreamPerceiverException(string message, Exception? cause = null) : Exception(message, cause);
