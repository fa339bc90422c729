namespace StreamPerceiver.Recordings.Ros;

/// <summary>A definition or message of ROS 2 that cannot be used. The message says what was found and what is supported.</summary>
public sealed class RosException(string message, Exception? inner = null) : StreamPerceiverException(message, inner);
