using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Kafka;

internal static partial class Log
{
    [LoggerMessage(1001, LogLevel.Information, "lane {Lane} opened, {Entities} entities with windows already out")]
    public static partial void LaneOpened(ILogger log, int lane, int entities);

    [LoggerMessage(1002, LogLevel.Information, "lane {Lane} closed")]
    public static partial void LaneClosed(ILogger log, int lane);

    [LoggerMessage(1003, LogLevel.Warning, "no answer from {Brokers}: {Reason}; trying again in {Seconds:F1} s")]
    public static partial void BrokersUnreachable(ILogger log, string brokers, string reason, double seconds);

    [LoggerMessage(1004, LogLevel.Warning, "commit not done, {Code}: {Reason}; the next one covers it")]
    public static partial void CommitFailed(ILogger log, ErrorCode code, string reason);

    [LoggerMessage(1005, LogLevel.Warning, "Kafka client, {Code}: {Reason}")]
    public static partial void ClientError(ILogger log, ErrorCode code, string reason);

    [LoggerMessage(1006, LogLevel.Debug, "Kafka client, {Facility}: {Text}")]
    public static partial void ClientMessage(ILogger log, string facility, string text);

    [LoggerMessage(1007, LogLevel.Information, "Kafka client: librdkafka {Library}")]
    public static partial void ClientLibrary(ILogger log, string library);

    [LoggerMessage(1008, LogLevel.Warning, "{Topic} was deleted; the pipeline waits {Seconds:F0} s for it to be made again")]
    public static partial void TopicMissing(ILogger log, string topic, double seconds);

    [LoggerMessage(1009, LogLevel.Warning, "{Note}")]
    public static partial void OffsetsChanged(ILogger log, string note);

    [LoggerMessage(1010, LogLevel.Warning, "{Loss}, were deleted before they were read and published; reading goes on behind them (Kafka:OnLostRecords)")]
    public static partial void RecordsLost(ILogger log, RecordsLost loss);

    [LoggerMessage(1011, LogLevel.Information, "joins the group {Group}; {WhatAKillMeans}")]
    public static partial void JoinsGroup(ILogger log, string group, string whatAKillMeans);

    [LoggerMessage(1012, LogLevel.Information, "{Topic}/{Partition} was added, and is read from its first record")]
    public static partial void PartitionAdded(ILogger log, string topic, int partition);

    [LoggerMessage(8003, LogLevel.Warning, "transaction {Id} is tried again in {Seconds:F1} s, {Code}: {Reason}")]
    public static partial void TransactionRetried(ILogger log, string id, double seconds, ErrorCode code, string reason);

    [LoggerMessage(8004, LogLevel.Warning, "{Refusal}; it goes to the dead letters in another form, and the rest goes on (refusals so far: {Count})")]
    public static partial void OutputRefused(ILogger log, string refusal, long count);
}
