using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Worker.Commands;

namespace StreamPerceiver.Worker.Pipelines;

/// <summary>
/// Runs all pipelines of the worker at the same time. When one fails, the others run on, or drain if the settings ask for that. The process ends with the
/// last pipeline.
/// </summary>
/// <param name="pipelines">By name, a function that runs a pipeline until it is stopped. It throws nothing.</param>
/// <param name="stopsAll">Whether a pipeline that fails or is refused stops the others.</param>
/// <param name="lifetime">Ends the process.</param>
/// <param name="log">Receives which pipelines have ended, and which still run.</param>
internal sealed class PipelineSupervisor(
    IReadOnlyDictionary<string, Func<CancellationToken, Task<PipelineEnd>>> pipelines,
    bool stopsAll,
    IHostApplicationLifetime lifetime,
    ILogger<PipelineSupervisor> log)
    : BackgroundService
{
    private readonly object _gate = new();
    private readonly Dictionary<string, PipelineEnd> _ended = [];

    /// <summary>The pipelines that have not ended, in ordinal order of their names.</summary>
    public IReadOnlyList<string> Running
    {
        get { lock (_gate) return [.. pipelines.Keys.Where(name => !_ended.ContainsKey(name)).Order(StringComparer.Ordinal)]; }
    }

    /// <summary>The process's exit code. 0: all pipelines have drained. 1: one has failed, or has not ended. 2: none has failed, but one was refused.</summary>
    public int ExitCode
    {
        get
        {
            lock (_gate)
            {
                if (_ended.Count < pipelines.Count || _ended.ContainsValue(PipelineEnd.Failed)) return Failures.WhileRunning;
                return _ended.ContainsValue(PipelineEnd.Refused) ? Failures.Refused : 0;
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        Dictionary<Task<PipelineEnd>, string> running = pipelines.ToDictionary(p => p.Value(stop.Token), p => p.Key);
        await foreach (Task<PipelineEnd> ended in Task.WhenEach(running.Keys).ConfigureAwait(false))
        {
            string name = running[ended];
            PipelineEnd end = await ended.ConfigureAwait(false);
            lock (_gate) _ended.Add(name, end);
            if (end == PipelineEnd.Drained || Running.Count == 0) continue;
            if (stopsAll) Log.OthersAreStopped(log, name, string.Join(", ", Running));
            else Log.OthersRunOn(log, name, string.Join(", ", Running));
            if (stopsAll) await stop.CancelAsync().ConfigureAwait(false);
        }

        lifetime.StopApplication();
    }
}
