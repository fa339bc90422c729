using System.Diagnostics;
using System.Runtime.InteropServices;
using StreamPerceiver.TestKit;
using StreamPerceiver.Worker.Inference;

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

    /// <summary>Writes the demo's pipeline into the folder, and beside it its model with untrained weights. Returns the file's full path.</summary>
    public string WritePipeline(string name)
    {
        string file = Write(name, File.ReadAllText(RepositoryRoot.Path("pipelines", "machine-activity.json")));
        string model = Path.Combine(Path.GetDirectoryName(name)!, "models", "machine-activity");
        Write(Path.Combine(model, "config.json"), File.ReadAllText(RepositoryRoot.Path("pipelines", "models", "machine-activity", "config.json")));
        UntrainedModel.Ensure(Path.Combine(Folder, model));
        return file;
    }

    /// <summary>Starts the worker, for a test that ends it. Its error output goes nowhere.</summary>
    public Process Begin(params string[] arguments)
    {
        Process process = Process.Start(Start(arguments))!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return process;
    }

    public Task<Ended> RunAsync(params string[] arguments) => RunAsync(new Dictionary<string, string>(), arguments);

    public Task<Ended> RunAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        ProcessStartInfo start = Start(arguments);
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        return ToEndAsync(start);
    }

    /// <summary>Runs the worker with an environment that has only the path of .NET.</summary>
    public Task<Ended> RunWithEmptyEnvironmentAsync(params string[] arguments)
    {
        ProcessStartInfo start = Start(arguments);
        start.Environment.Clear();
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        return ToEndAsync(start);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private ProcessStartInfo Start(string[] arguments) => new(Path.Combine(AppContext.BaseDirectory, "StreamPerceiver.Worker"), arguments)
    {
        WorkingDirectory = Folder,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };

    private static async Task<Ended> ToEndAsync(ProcessStartInfo start)
    {
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Ended(process.ExitCode, await output, await error);
    }

    /// <summary>How the process ended: exit code and output.</summary>
    internal sealed record Ended(int Code, string Output, string Error);
}
