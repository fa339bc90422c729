using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Broker.Tests;

/// <summary>The worker as an operator runs it: a process of its own.</summary>
internal sealed partial class WorkerProcess : IDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "StreamPerceiver.Worker");
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _said = new();

    private WorkerProcess(string[] arguments)
    {
        _process = Process.Start(new ProcessStartInfo(Program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory,
        })!;
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Its output, up to a limit: a faulty worker may repeat a message for ever.</summary>
    public string Said => string.Join('\n', _said);

    /// <summary>
    /// Starts a worker. Its session time-out is short, because a group waits that long for a killed member. In the consumer protocol the brokers set it.
    /// </summary>
    public static WorkerProcess Run(string brokers, string pipelineFile, params string[] settings) => new(
    [
        "run", $"--Kafka:BootstrapServers={brokers}", $"--Pipelines:0={pipelineFile}", "--Kafka:CommitIntervalMs=50",
        .. settings.Contains(ConsumerProtocol) ? Array.Empty<string>() : ["--Kafka:Client:session.timeout.ms=6000"], .. settings,
    ]);

    /// <summary>The setting that has the brokers divide the lanes.</summary>
    public const string ConsumerProtocol = "--Kafka:GroupProtocol=consumer";

    /// <summary>A model of this configuration with untrained weights.</summary>
    public static void InitModel(string directory, string config)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, "config.json"), config);
        RunVerb("model", "init", directory);
    }

    /// <summary>Starts a verb that ends when it is told to.</summary>
    public static WorkerProcess StartVerb(params string[] arguments) => new(arguments);

    /// <summary>Runs a verb to its end; its output.</summary>
    public static string RunVerb(params string[] arguments)
    {
        ProgramResult result = ProgramResult.Of(Program, arguments);
        return result.ExitCode == 0 ? result.Output : throw new InvalidOperationException($"{arguments[0]}: {result.Output}{result.Error}");
    }

    /// <summary>SIGTERM, as an orchestrator sends it; the exit code.</summary>
    public int Terminate() => End(15);

    /// <summary>SIGKILL: no last words.</summary>
    public int Kill() => End(9);

    /// <summary>Waits until it ends by itself; the exit code.</summary>
    public int AwaitExit()
    {
        _process.WaitForExit();
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    /// <summary>SIGSTOP: it stands still, as on a machine that is out of memory, and knows nothing of it.</summary>
    public void Freeze() => Signal(19);

    /// <summary>SIGCONT: it goes on where it stood.</summary>
    public void Thaw() => Signal(18);

    /// <summary>A figure of the kernel's about its memory, such as VmRSS (resident now) or VmHWM (at its peak), in mebibytes.</summary>
    public long MemoryMb(string figure)
    {
        string line = File.ReadLines($"/proc/{_process.Id}/status").Single(l => l.StartsWith($"{figure}:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[^2],
            System.Globalization.CultureInfo.InvariantCulture) / 1024;
    }

    private void Hear(string? line)
    {
        if (_said.Count < 10_000) _said.Enqueue(line ?? "");
    }

    private void Signal(int signal)
    {
        if (SendSignal(_process.Id, signal) != 0)
            throw new InvalidOperationException($"signal {signal}: the worker has ended with {_process.ExitCode}:\n{Said}");
    }

    private int End(int signal)
    {
        Signal(signal);
        _process.WaitForExit();
        return _process.ExitCode;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
