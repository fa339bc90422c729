using System.ComponentModel.DataAnnotations;
using StreamPerceiver.Kafka;

namespace StreamPerceiver.Worker.Settings;

/// <summary>The schema registry.</summary>
public sealed record RegistrySettings
{
    /// <summary>Name of the section.</summary>
    public const string Section = "SchemaRegistry";

    /// <summary>Addresses of the registry, with commas between (default: there is none).</summary>
    public string? Url { get; init; }

    /// <summary>The longest wait for an answer of the registry, in milliseconds (default: 10000). It is then asked again.</summary>
    [Range(100, 600_000)]
    public int TimeoutMs { get; init; } = 10_000;

    /// <summary>Whether schemas of predictions are registered at the start (default: yes). Otherwise they must be there.</summary>
    public bool Register { get; init; } = true;

    /// <summary>Further settings of the registry's client by their own names, such as <c>schema.registry.ssl.ca.location</c> (default: none).</summary>
    public Dictionary<string, string> Client { get; init; } = [];

    /// <summary>A file with more such settings, such as secrets: <c>key=value</c> a line (default: none). <see cref="Client"/> overrides it.</summary>
    public string? ClientFile { get; init; }

    /// <summary>How the registry is reached; null where there is none.</summary>
    internal RegistryOptions? Options => string.IsNullOrEmpty(Url) ? null : new(Url, TimeoutMs, Client);
}
