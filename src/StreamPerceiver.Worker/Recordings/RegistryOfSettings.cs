using Microsoft.Extensions.Logging;
using StreamPerceiver.Kafka;
using StreamPerceiver.Schemas;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker.Recordings;

/// <summary>The schema registry that the settings name, for a verb that decodes records.</summary>
internal sealed class RegistryOfSettings : IDisposable
{
    private readonly ConfluentRegistry? _registry;

    /// <summary>Makes its client, if the settings name one. It connects with the first schema.</summary>
    /// <param name="settings">Where the registry is.</param>
    /// <param name="logs">Receives that it is away, and back.</param>
    /// <param name="time">The clock of the pauses.</param>
    public RegistryOfSettings(RegistrySettings settings, ILoggerFactory logs, TimeProvider time)
    {
        if (settings.Options is not { } options) return;
        _registry = new ConfluentRegistry(options);
        Schemas = Composition.Schemas(_registry, options.Url, logs.CreateLogger<SchemaCache>(), time);
    }

    /// <summary>Its schemas; null: the settings name no registry.</summary>
    public SchemaCache? Schemas { get; }

    /// <inheritdoc/>
    public void Dispose() => _registry?.Dispose();
}
