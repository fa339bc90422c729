using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StreamPerceiver.Worker.Pipelines;

namespace StreamPerceiver.Worker.Tests;

/// <summary>
/// What becomes of the worker and of its other pipelines when one ends. A test ends a pipeline by setting how; a pipeline that is told to stop drains.
/// </summary>
public sealed class PipelineSupervisorTests : IDisposable
{
    private readonly ApplicationLifetime _lifetime = new(NullLogger<ApplicationLifetime>.Instance);
    private readonly Dictionary<string, TaskCompletionSource<PipelineEnd>> _pipelines = new() { ["a"] = new(), ["b"] = new(), ["c"] = new() };
    private readonly CriticalLines _log = new();
    private PipelineSupervisor? _supervisor;

    public void Dispose() => _supervisor?.Dispose();

    [Theory]
    [InlineData(PipelineEnd.Failed, 1)]
    [InlineData(PipelineEnd.Refused, 2)]
    public async Task The_others_run_on_until_they_are_stopped_and_the_exit_code_tells(object end, int code)
    {
        PipelineSupervisor supervisor = await StartAsync(stopsAll: false);

        _pipelines["b"].SetResult((PipelineEnd)end);
        await _log.First;

        _log.Lines.ShouldBe(["pipeline b has ended, the worker goes on with a, c; its exit code will not be 0"]);
        supervisor.Running.ShouldBe(["a", "c"]);
        _lifetime.ApplicationStopping.IsCancellationRequested.ShouldBeFalse();
        await supervisor.StopAsync(CancellationToken.None);
        supervisor.Running.ShouldBeEmpty();
        supervisor.ExitCode.ShouldBe(code);
    }

    [Fact]
    public async Task Where_the_settings_say_so_the_others_drain_and_the_process_ends()
    {
        PipelineSupervisor supervisor = await StartAsync(stopsAll: true);

        _pipelines["b"].SetResult(PipelineEnd.Failed);
        await supervisor.ExecuteTask!;

        _log.Lines.ShouldBe(["pipeline b has ended and Shutdown:OnPipelineFault is stop: a, c will drain and stop as well"]);
        _lifetime.ApplicationStopping.IsCancellationRequested.ShouldBeTrue();
        supervisor.ExitCode.ShouldBe(1);
    }

    [Theory]
    [InlineData(PipelineEnd.Drained, PipelineEnd.Drained, 0)]
    [InlineData(PipelineEnd.Refused, PipelineEnd.Refused, 2)]
    [InlineData(PipelineEnd.Refused, PipelineEnd.Drained, 2)]
    [InlineData(PipelineEnd.Refused, PipelineEnd.Failed, 1)]
    [InlineData(PipelineEnd.Failed, PipelineEnd.Failed, 1)]
    public async Task Once_all_have_ended_the_process_ends(object first, object others, int code)
    {
        PipelineSupervisor supervisor = await StartAsync(stopsAll: false);

        foreach (string name in _pipelines.Keys) _pipelines[name].SetResult((PipelineEnd)(name == "a" ? first : others));
        await supervisor.ExecuteTask!;

        _lifetime.ApplicationStopping.IsCancellationRequested.ShouldBeTrue();
        supervisor.ExitCode.ShouldBe(code);
    }

    [Fact]
    public async Task A_pipeline_that_has_not_ended_makes_the_exit_code_1()
    {
        PipelineSupervisor supervisor = await StartAsync(stopsAll: false);

        supervisor.ExitCode.ShouldBe(1);
        foreach (string name in new[] { "a", "b" }) _pipelines[name].SetResult(PipelineEnd.Drained);

        supervisor.ExitCode.ShouldBe(1);
    }

    private async Task<PipelineSupervisor> StartAsync(bool stopsAll)
    {
        _supervisor = new PipelineSupervisor(_pipelines.ToDictionary(p => p.Key, p => Run(p.Value)), stopsAll, _lifetime, _log);
        await _supervisor.StartAsync(CancellationToken.None);
        return _supervisor;
    }

    private static Func<CancellationToken, Task<PipelineEnd>> Run(TaskCompletionSource<PipelineEnd> end) => stop =>
    {
        stop.Register(() => end.TrySetResult(PipelineEnd.Drained));
        return end.Task;
    };

    private sealed class CriticalLines : ILogger<PipelineSupervisor>
    {
        private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<string> Lines { get; } = [];

        public Task First => _first.Task;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel == LogLevel.Critical;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Lines.Add(formatter(state, exception));
            _first.TrySetResult();
        }
    }
}
