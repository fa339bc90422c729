using System.Diagnostics;

namespace StreamPerceiver.TestKit;

/// <summary>The exit code and the output of a program.</summary>
public sealed record ProgramResult(int ExitCode, string Output, string Error)
{
    /// <summary>Runs a program to its end.</summary>
    public static ProgramResult Of(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        return new ProgramResult(process.ExitCode, output.Result, error.Result);
    }
}
