namespace StreamPerceiver.Recordings.Ros;

/// <summary>A definition or message of ROS 2 that cannot be used. The exception names what was found and what is supported.</summary>
public sealed class RosException(string message, Exception? inner = null) : StreamPerceiverException(message, inner);
