namespace StreamPerceiver.Training;

/// <summary>Data, labels or settings from which nothing can be trained. The message has the numbers of the problem.</summary>
public class TrainingException(string message, Exception? inner = null) : StreamPerceiverException(message, inner);

/// <summary>A loss or a gradient is not finite.</summary>
/// <param name="message">The step, what is not finite, and which windows make it so.</param>
/// <param name="windows">Those windows, or the first ones of the batch where none does alone.</param>
/// <param name="inner">What was thrown.</param>
public sealed class NonFiniteException(string message, IReadOnlyList<StoredWindow> windows, Exception? inner = null) : TrainingException(message, inner)
{
    /// <summary>Those windows, or the first ones of the batch where none does alone.</summary>
    public IReadOnlyList<StoredWindow> Windows { get; } = windows;
}
