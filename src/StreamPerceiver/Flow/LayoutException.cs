namespace StreamPerceiver.Flow;

/// <summary>
/// Thrown when the topics, the group's offsets or the partitions of keys are not as a pipeline needs them. Another start meets the same, so the pipeline ends.
/// The message is one line, for an administrator.
/// </summary>
/// <param name="message">The place, what was found and expected, and the way on.</param>
public sealed class LayoutException(string message) : StreamPerceiverException(message);
