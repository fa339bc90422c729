namespace StreamPerceiver.Kafka;

/// <summary>How a schema registry is reached.</summary>
/// <param name="Url">Its addresses, with commas between.</param>
/// <param name="TimeoutMs">The longest wait for an answer, in milliseconds.</param>
/// <param name="Client">Further settings of its client, by their own names, such as <c>schema.registry.basic.auth.user.info</c>.</param>
public sealed record RegistryOptions(string Url, int TimeoutMs, IReadOnlyDictionary<string, string> Client)
{
    private const string Prefix = "schema.registry.";

    // Of Confluent.SchemaRegistry. What the worker sets itself is not among them.
    private static readonly string[] Known =
    [
        "basic.auth.credentials.source", "basic.auth.user.info", "bearer.auth.credentials.source", "bearer.auth.token", "bearer.auth.logical.cluster",
        "bearer.auth.identity.pool.id", "bearer.auth.client.id", "bearer.auth.client.secret", "bearer.auth.scope", "bearer.auth.token.endpoint.url",
        "bearer.auth.token.endpoint.query", "ssl.ca.location", "ssl.keystore.location", "ssl.keystore.password", "enable.ssl.certificate.verification",
        "connections.max.per.server",
    ];

    /// <summary>Returns what is wrong with a setting of <see cref="Client"/>, or null.</summary>
    public static string? Check(string key)
        => key.StartsWith(Prefix, StringComparison.Ordinal) && Known.Contains(key[Prefix.Length..])
            ? null
            : $"is not a setting of the registry's client, expected one of {string.Join(", ", Known.Select(k => Prefix + k))}";

    internal IEnumerable<KeyValuePair<string, string>> ToClient() =>
    [
        .. Client,
        new("schema.registry.url", Url),
        new("schema.registry.request.timeout.ms", $"{TimeoutMs}"),
        new("schema.registry.max.retries", "1"), // with 0 the client asks nothing at all; the worker itself waits and tries again
        new("schema.registry.retries.wait.ms", "1"),
    ];
}
