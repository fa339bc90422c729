using System.Diagnostics;

namespace StreamPerceiver.Worker.Tests;

/// <summary>The built worker, run to its end in a folder of its own.</summary>
internal sealed class WorkerProcess : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("worker-tests-").FullName;

    /// <summary>Writes a file into the folder; its full path.</summary>
    public string Write(string name, string text)
    {
        string path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public Task<Ended> RunAsync(params string[] arguments) => RunAsync(new Dictionary<string, string>(), arguments);

    public async Task<Ended> RunAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "StreamPerceiver.Worker"), arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Ended(process.ExitCode, await output, await error);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>How it ended.</summary>
    internal sealed record Ended(int Code, string Output, string Error);
}
