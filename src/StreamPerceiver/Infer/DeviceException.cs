namespace StreamPerceiver.Infer;

/// <summary>
/// Thrown when a batch fails on the device: out of memory, a lost GPU, a failed kernel. Another batch, or the same one later, may succeed.
/// </summary>
/// <param name="message">The error message of the device.</param>
/// <param name="cause">The exception of the library; null (default) where none was thrown.</param>
public sealed class DeviceException(string message, Exception? cause = null) : StreamPerceiverException(message, cause);
