namespace StreamPerceiver.Mcap;

/// <summary>Thrown when bytes are no MCAP file, or when the file is cut off, damaged or beyond a limit. The message has the offset and both values.</summary>
public sealed class McapException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What was found, where, and what was expected.</param>
    /// <param name="inner">The cause, where there is one.</param>
    public McapException(string message, Exception? inner = null) : base(message, inner)
    {
    }

    /// <summary>Whether the file ends in the middle of a record (default: false). What was read before is whole.</summary>
    internal bool IsCutOff { get; init; }
}
