using System.Globalization;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Broker.Tests;

/// <summary>A script of the folder independent/, which publishes records and checks what the worker makes of them, in Debian's Python.</summary>
internal static class IndependentScript
{
    private const string Python = "/usr/bin/python3";

    /// <summary>Skips the test, with the reason, where Python lacks a library.</summary>
    public static void Require(string libraries)
    {
        ProgramResult found = ProgramResult.Of(Python, "-c", $"import {libraries}");
        Skip.If(found.ExitCode != 0, $"Python has not all of {libraries}: {found.Error}");
    }

    /// <summary>Skips the test where the program ffmpeg is not installed.</summary>
    public static void RequireFfmpeg()
        => Skip.If(ProgramResult.Of("/bin/sh", "-c", "command -v ffmpeg").ExitCode != 0, "the program ffmpeg is not installed (Debian's ffmpeg)");

    /// <summary>Runs a verb of a script. Returns what it prints.</summary>
    public static string Run(string script, params string[] arguments)
    {
        ProgramResult result = Start(script, arguments);
        return result.ExitCode == 0 ? result.Output : throw new InvalidOperationException($"{script} {arguments[0]}: {result.Error}");
    }

    /// <summary>
    /// Publishes the first half of all records, and runs the worker until a small share of the predictions is there. Kills it, publishes the other half, and
    /// runs it again until all predictions are there.
    /// </summary>
    public static void RunWorkerWithAKill(string script, TestBroker broker, Func<WorkerProcess> start, params string[] publish)
    {
        Run(script, ["publish", broker.BootstrapServers, "0", "0.5", .. publish]);
        using (WorkerProcess killed = start())
        {
            Await(killed, 0.05);
            killed.Kill();
        }

        Run(script, ["publish", broker.BootstrapServers, "0.5", "1", .. publish]);
        using WorkerProcess worker = start();
        Await(worker, 1);
        worker.Terminate().ShouldBe(0, worker.Said);

        void Await(WorkerProcess running, double share)
        {
            ProgramResult found = Start(script, "await", broker.BootstrapServers, share.ToString(CultureInfo.InvariantCulture));
            found.ExitCode.ShouldBe(0, $"{found.Error}\n{running.Said}");
        }
    }

    private static ProgramResult Start(string script, params string[] arguments)
        => ProgramResult.Of(Python, [Path.Combine(AppContext.BaseDirectory, "independent", script), .. arguments]);
}
