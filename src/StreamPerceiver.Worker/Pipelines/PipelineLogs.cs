using Microsoft.Extensions.Logging;

namespace StreamPerceiver.Worker.Pipelines;

/// <summary>Loggers whose category ends with a pipeline's name, so that a line of the log shows whose it is.</summary>
internal sealed class PipelineLogs(ILoggerFactory logs, string pipeline) : ILoggerFactory
{
    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => logs.CreateLogger($"{categoryName}.{pipeline}");

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => logs.AddProvider(provider);

    /// <inheritdoc/>
    public void Dispose()
    {
        // The loggers belong to the factory below, which serves all pipelines.
    }
}
