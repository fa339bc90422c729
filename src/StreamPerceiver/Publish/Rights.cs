using Confluent.Kafka;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Publish;

/// <summary>What the brokers' refusals mean for a writer.</summary>
internal static class Rights
{
    /// <summary>The right that was missing, or null where the error is another.</summary>
    /// <param name="error">The error.</param>
    /// <param name="options">Who writes, and under which transactional id.</param>
    /// <param name="group">The group whose offsets go with the records.</param>
    /// <param name="topic">The topic that was to be written; null where only offsets of the inputs were.</param>
    public static RefusedException? Missing(this Error error, PublishOptions options, string group, string? topic)
    {
        (string Operation, string Resource)? right = error.Code switch
        {
            ErrorCode.TopicAuthorizationFailed => topic is null ? ("Read", "a topic that it reads") : ("Write", $"topic {topic}"),
            ErrorCode.TransactionalIdAuthorizationFailed => ("Write", $"transactional id {options.TransactionalId}"),
            ErrorCode.GroupAuthorizationFailed => ("Read", $"group {group}"),
            ErrorCode.ClusterAuthorizationFailed => ("IdempotentWrite", "the cluster"),
            _ => null,
        };
        return right is { } r ? RefusedException.Right(options.Client, r.Operation, r.Resource, $"{error.Reason} ({error.Code})") : null;
    }
}
