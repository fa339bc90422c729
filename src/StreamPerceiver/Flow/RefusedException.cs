namespace StreamPerceiver.Flow;

/// <summary>The brokers do not let this worker in, or not do what it must, or the client refuses its settings. Its message is one line, for whoever grants rights.</summary>
public sealed class RefusedException : StreamPerceiverException
{
    private RefusedException(string message, bool isOfCredentials) : base(message) => IsOfCredentials = isOfCredentials;

    /// <summary>Whether the credentials are refused: they get rotated, so a worker that was let in before waits for it. A right does not come back by itself.</summary>
    public bool IsOfCredentials { get; }

    /// <summary>A right is missing.</summary>
    /// <param name="client">Settings of the client; of these, its name is said, and no secret.</param>
    /// <param name="operation">Kafka's name for what is not allowed, such as <c>Read</c>.</param>
    /// <param name="resource">What it is not allowed on, such as <c>topic machines.camera</c>.</param>
    /// <param name="reason">How the brokers put it.</param>
    public static RefusedException Right(IReadOnlyDictionary<string, string> client, string operation, string resource, string reason)
        => new($"{Principal(client)} has no right to {operation} on {resource}: {reason}", isOfCredentials: false);

    /// <summary>The credentials of one side do not satisfy the other.</summary>
    /// <param name="client">Settings of the client; of these, its name is said, and no secret.</param>
    /// <param name="reason">How the client puts it, the broker's address first.</param>
    public static RefusedException Credentials(IReadOnlyDictionary<string, string> client, string reason)
        => new($"{Principal(client)} could not authenticate with {reason}", isOfCredentials: true);

    /// <summary>The client cannot be made with these settings.</summary>
    /// <param name="reason">How the client puts it, the setting first.</param>
    public static RefusedException Settings(string reason) => new($"Kafka:Client: {reason}", isOfCredentials: false);

    private static string Principal(IReadOnlyDictionary<string, string> client)
        => client.TryGetValue("sasl.username", out string? name) ? $"User:{name}" : "this worker (without a sasl.username)";
}
