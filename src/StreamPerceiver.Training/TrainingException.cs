namespace StreamPerceiver.Training;

/// <summary>Data, labels or settings from which nothing can be trained. The message has the numbers of the problem.</summary>
public sealed class TrainingException(string message, Exception? inner = null) : StreamPerceiverException(message, inner);
