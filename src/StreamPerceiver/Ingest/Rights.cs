using Confluent.Kafka;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>What the brokers' refusals mean for a reader.</summary>
internal static class Rights
{
    // A connection that breaks off while it is being made is a broker that is away, whatever was being said at that moment.
    private static readonly string[] BrokenOff = ["Disconnected", "unexpected eof", "transport failure", "timed out", "Timed out"];

    /// <summary>The right that was missing, or null where the error is another.</summary>
    /// <param name="error">The error.</param>
    /// <param name="options">Who reads, and in which group.</param>
    /// <param name="topic">The topic that was asked for.</param>
    /// <param name="operations">What the worker does there.</param>
    public static RefusedException? Missing(this Error error, IngestOptions options, string topic, string operations = "Read") => error.Code switch
    {
        ErrorCode.TopicAuthorizationFailed => RefusedException.Right(options.Client, operations, $"topic {topic}", $"{error.Reason} ({error.Code})"),
        ErrorCode.GroupAuthorizationFailed => RefusedException.Right(options.Client, "Read", $"group {options.GroupId}", $"{error.Reason} ({error.Code})"),
        _ => null,
    };

    /// <summary>Whether one side's credentials were looked at and refused by the other.</summary>
    public static bool IsOfCredentials(this Error error)
        => error.Code is ErrorCode.Local_Authentication or ErrorCode.SaslAuthenticationFailed or ErrorCode.Local_Ssl
            && !Array.Exists(BrokenOff, sign => error.Reason.Contains(sign, StringComparison.Ordinal));
}
