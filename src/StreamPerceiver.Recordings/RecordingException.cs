namespace StreamPerceiver.Recordings;

/// <summary>A recording that cannot be read or written. The message names the file.</summary>
public sealed class RecordingException(string message, Exception? inner = null) : StreamPerceiverException(message, inner);
