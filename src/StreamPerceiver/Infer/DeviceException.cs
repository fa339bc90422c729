namespace StreamPerceiver.Infer;

/// <summary>A batch failed on the device: out of memory, a lost GPU, a kernel that refuses. Another batch, or the same one later, may succeed.</summary>
/// <param name="message">What the device said.</param>
/// <param name="cause">The error as the library threw it; null (default) where none was thrown.</param>
public sealed class DeviceException(string message, Exception? cause = null) : StreamPerceiverException(message, cause);
