using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamPerceiver.Publish;

internal static partial class Log
{
    [LoggerMessage(8001, LogLevel.Warning, "Kafka client, {Code}: {Reason}")]
    public static partial void ClientError(ILogger log, ErrorCode code, string reason);

    [LoggerMessage(8002, LogLevel.Debug, "Kafka client, {Facility}: {Text}")]
    public static partial void ClientMessage(ILogger log, string facility, string text);

    [LoggerMessage(8003, LogLevel.Warning, "transaction {Id} is tried again in {Seconds:F1} s, {Code}: {Reason}")]
    public static partial void TransactionRetried(ILogger log, string id, double seconds, ErrorCode code, string reason);
}
