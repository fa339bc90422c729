using Confluent.Kafka;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Kafka;

/// <summary>Makes the exceptions of a worker that the brokers or the client refuse. A message has the name of <c>sasl.username</c>, and no secret.</summary>
internal static class Refusal
{
    /// <summary>Makes the exception of a right that is missing.</summary>
    /// <param name="client">Settings of the client.</param>
    /// <param name="operation">Kafka's name for what is not allowed, such as <c>Read</c>.</param>
    /// <param name="resource">What it is not allowed on, such as <c>topic machines.camera</c>.</param>
    /// <param name="reason">The reason that the brokers give.</param>
    public static RefusedException OfRight(IReadOnlyDictionary<string, string> client, string operation, string resource, string reason)
        => new($"{Principal(client)} has no right to {operation} on {resource}: {reason}", areCredentialsRefused: false);

    /// <summary>Makes the exception of credentials that one side does not accept from the other.</summary>
    /// <param name="client">Settings of the client.</param>
    /// <param name="reason">The reason that the client gives, the broker's address first.</param>
    public static RefusedException OfCredentials(IReadOnlyDictionary<string, string> client, string reason)
        => new($"{Principal(client)} could not authenticate with {reason}", areCredentialsRefused: true);

    /// <summary>Makes the exception of settings that no client can be made with.</summary>
    /// <param name="reason">The reason that the client gives, the setting first.</param>
    public static RefusedException OfSettings(string reason) => new($"Kafka:Client: {reason}", areCredentialsRefused: false);

    /// <summary>Makes the exception of brokers that a verb has asked at its start, and that do not answer.</summary>
    /// <param name="brokers">The brokers, as <c>host:port</c> with commas between.</param>
    /// <param name="cause">What the client threw.</param>
    public static StreamPerceiverException OfSilence(string brokers, KafkaException cause)
        => new($"brokers {brokers} do not answer: {cause.Error.Reason} ({cause.Error.Code})", cause);

    private static string Principal(IReadOnlyDictionary<string, string> client)
        => client.TryGetValue("sasl.username", out string? name) ? $"User:{name}" : "this worker (without a sasl.username)";
}
