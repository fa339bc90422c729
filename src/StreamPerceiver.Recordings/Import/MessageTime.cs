using StreamPerceiver.Flow;
using StreamPerceiver.Recordings.Ros;

namespace StreamPerceiver.Recordings.Import;

/// <summary>
/// The event time of messages: the stamp of their header, or a field <c>timestamp</c> or <c>stamp</c>. It is the time of the log where there is no stamp, or
/// where it is 0.
/// </summary>
internal sealed class MessageTime
{
    private static readonly string[] Places = ["header.stamp", "timestamp", "stamp"];

    private readonly RosPath? _seconds, _nanoseconds;

    private MessageTime(RosPath? seconds, RosPath? nanoseconds) => (_seconds, _nanoseconds) = (seconds, nanoseconds);

    /// <summary>Finds the stamp in a type.</summary>
    public static MessageTime Of(RosMessageType type)
    {
        foreach (string place in Places)
        {
            RosPath? seconds = RosPath.TryFind(type, $"{place}.sec", out _), rest = RosPath.TryFind(type, $"{place}.nanosec", out _);
            if (seconds is { IsArray: false, Field.Kind: RosKind.Int32 } && rest is { IsArray: false, Field.Kind: RosKind.UInt32 })
                return new MessageTime(seconds, rest);
        }

        return new MessageTime(null, null);
    }

    /// <summary>Reads the event time of a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="logTime">When it was recorded, in nanoseconds since 1970.</param>
    /// <param name="isOfLog">Whether the event time is that of the log.</param>
    /// <exception cref="RosException">The stamp is no time since 1970.</exception>
    public EventTime Of(RosMessage message, ulong logTime, out bool isOfLog)
    {
        long seconds = _seconds?.Read<long>(message) ?? 0, nanoseconds = _nanoseconds?.Read<long>(message) ?? 0;
        isOfLog = seconds == 0 && nanoseconds == 0;
        if (isOfLog) return new EventTime(BagFile.Nanoseconds(logTime));
        return seconds >= 0 && nanoseconds < EventTime.PerSecond
            ? new EventTime(seconds * EventTime.PerSecond + nanoseconds)
            : throw new RosException("the stamp is before 1970 or has a billion nanoseconds or more, expected a time since 1970");
    }
}
