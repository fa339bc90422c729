using Microsoft.Extensions.Logging;

namespace StreamPerceiver.Worker.Pipelines;

/// <summary>Makes loggers whose category ends with the pipeline's name, so that each line of the log names its pipeline.</summary>
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
