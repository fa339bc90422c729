using System.Diagnostics;
using System.Text.Json.Nodes;
using StreamPerceiver.Flow;
using StreamPerceiver.Recordings.Files;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Recordings.Tests;

/// <summary>The independent implementation (npm's <c>@mcap/core</c>) reads what is merged and cut.</summary>
public sealed class RecordingPeerTests : IDisposable
{
    private static readonly string Modules = RepositoryRoot.Path("artifacts", "mcap-peer");
    private readonly string _folder = Directory.CreateTempSubdirectory("recording-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public void The_independent_reader_reads_a_merged_and_a_cut_recording_in_the_order_of_time()
    {
        Skip.IfNot(File.Exists(Path.Combine(Modules, "installed.json")), "the packages of npm are not there: deploy/setup.sh --tests installs them");
        string[] files = [Write("one", 0), Write("two", 1)];
        string merged = Path.Combine(_folder, "merged.mcap"), cut = Path.Combine(_folder, "cut.mcap");
        NewFile.Write(merged, false, new RecordingCopy(files, new(), dropsDoubled: false).WriteTo);
        NewFile.Write(cut, false, new RecordingCopy([merged], new() { Partitions = new HashSet<int> { 1 }, UntilNs = 100_000_000 }, false).WriteTo);

        (JsonObject whole, JsonObject part) = (Read(merged), Read(cut));

        (whole["messages"]!.GetValue<int>(), part["messages"]!.GetValue<int>()).ShouldBe((2000, 50));
        whole["timeOrder"]!.ToJsonString().ShouldBe(whole["fileOrder"]!.ToJsonString());
        whole["channels"]!.AsArray().Select(c => c!["topic"]!.GetValue<string>()).ShouldBe(["t/0", "t/1"]);
        part["channels"]!.AsArray().ShouldHaveSingleItem();
    }

    private string Write(string name, int partition)
    {
        using var writer = new RecordingWriter(_folder, name);
        for (int i = 0; i < 1000; i++)
        {
            byte[] value = new byte[3000];
            new Random(i).NextBytes(value);
            writer.Add(new SourceRecord("t", partition, i, i, [1], value, []), (2_000_000L * i) + partition);
        }

        return writer.FilePath;
    }

    private static JsonObject Read(string path)
    {
        string script = RepositoryRoot.Path("tests", "StreamPerceiver.Mcap.Tests", "Peer", "peer.mjs");
        var start = new ProcessStartInfo("node", [script, Modules, "read", path]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, errors.Result);
        return JsonNode.Parse(output)!.AsObject();
    }
}
