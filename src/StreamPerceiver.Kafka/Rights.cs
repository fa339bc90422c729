using Confluent.Kafka;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Kafka;

/// <summary>Tells what an error of the client means: a right that is missing, or credentials that are refused.</summary>
internal static class Rights
{
    // A connection that breaks off in a handshake is a broker that is away. librdkafka has the codes of refused credentials for it, too.
    private static readonly string[] BrokenOff = ["Disconnected", "unexpected eof", "transport failure", "timed out", "Timed out"];

    /// <summary>Returns the refusal where a reader lacks a right, else null.</summary>
    /// <param name="error">The error.</param>
    /// <param name="options">Who reads, and in which group.</param>
    /// <param name="topic">The topic that was asked for.</param>
    /// <param name="operation">What the worker does with the topic (default: it reads).</param>
    public static RefusedException? Missing(this Error error, ConsumerOptions options, string topic, string operation = "Read") => error.Code switch
    {
        ErrorCode.TopicAuthorizationFailed => Refusal.OfRight(options.Client, operation, $"topic {topic}", Reason(error)),
        ErrorCode.GroupAuthorizationFailed => Refusal.OfRight(options.Client, "Read", $"group {options.GroupId}", Reason(error)),
        _ => null,
    };

    /// <summary>Returns the refusal where a writer lacks a right, else null.</summary>
    /// <param name="error">The error.</param>
    /// <param name="options">Who writes, and under which transactional id.</param>
    /// <param name="topic">The topic that was to be written; null where only offsets of the inputs were.</param>
    public static RefusedException? Missing(this Error error, ProducerOptions options, string? topic) => error.Code switch
    {
        ErrorCode.TopicAuthorizationFailed when topic is null => Refusal.OfRight(options.Client, "Read", "a topic that it reads", Reason(error)),
        ErrorCode.TopicAuthorizationFailed => Refusal.OfRight(options.Client, "Write", $"topic {topic}", Reason(error)),
        ErrorCode.TransactionalIdAuthorizationFailed => Refusal.OfRight(options.Client, "Write", $"transactional id {options.TransactionalId}", Reason(error)),
        ErrorCode.GroupAuthorizationFailed => Refusal.OfRight(options.Client, "Read", $"group {options.GroupId}", Reason(error)),
        ErrorCode.ClusterAuthorizationFailed => Refusal.OfRight(options.Client, "IdempotentWrite", "the cluster", Reason(error)),
        _ => null,
    };

    /// <summary>Returns whether one side has seen the other's credentials and refused them.</summary>
    public static bool IsOfCredentials(this Error error)
        => error.Code is ErrorCode.Local_Authentication or ErrorCode.SaslAuthenticationFailed or ErrorCode.Local_Ssl
            && !Array.Exists(BrokenOff, sign => error.Reason.Contains(sign, StringComparison.Ordinal));

    private static string Reason(Error error) => $"{error.Reason} ({error.Code})";
}
