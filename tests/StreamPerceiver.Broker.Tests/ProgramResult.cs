using System.Diagnostics;

namespace StreamPerceiver.Broker.Tests;

/// <summary>What a program said, and its exit code.</summary>
internal sealed record ProgramResult(int ExitCode, string Output, string Error)
{
    public static ProgramResult Of(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        return new ProgramResult(process.ExitCode, output.Result, error.Result);
    }
}
