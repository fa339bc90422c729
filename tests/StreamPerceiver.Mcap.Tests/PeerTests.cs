using System.Diagnostics;
using System.Text.Json.Nodes;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Mcap.Tests;

/// <summary>The independent implementation (npm's <c>@mcap/core</c>) reads what we write, and we read what it writes, with equal bytes.</summary>
public sealed class PeerTests : IDisposable
{
    private static readonly string Modules = RepositoryRoot.Path("artifacts", "mcap-peer");
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"peer-{Guid.NewGuid():N}.mcap");

    // Files without chunks have no places of messages, which the independent reader needs.
    public static TheoryData<string> Kinds => [.. SmallFile.Kinds.Keys.Where(k => k != "no chunks")];

    public void Dispose() => File.Delete(_path);

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public void The_independent_reader_reads_what_we_write(string kind)
    {
        RequirePeer();
        File.WriteAllBytes(_path, SmallFile.Write(SmallFile.Kinds[kind] with { ChunkBytes = 30_000 }, messages: 1000, payloadBytes: 333, isRandom: true));
        JsonObject read = Run("read", _path);
        read["messages"]!.GetValue<int>().ShouldBe(1000);
        read["attachments"]!.AsArray().Count.ShouldBe(1);
        read["metadata"]![0]!["texts"]!["site"]!.GetValue<string>().ShouldBe("Zürich");
        Equal(FileContent.Read(_path), read);
    }

    [SkippableTheory]
    [InlineData("none")]
    [InlineData("lz4")]
    [InlineData("zstd")]
    public void We_read_what_the_independent_writer_writes(string compression)
    {
        RequirePeer();
        JsonObject written = Run("write", _path, compression, "5000", "1001");
        JsonObject read = FileContent.Read(_path);
        Equal(read, Run("read", _path));
        read.Remove("timeOrder");
        Equal(read, written);
    }

    private static void Equal(JsonObject found, JsonObject expected) => found.ToJsonString().ShouldBe(expected.ToJsonString());

    private static void RequirePeer()
        => Skip.IfNot(File.Exists(Path.Combine(Modules, "installed.json")), "the packages of npm are not there: deploy/setup.sh --tests installs them");

    private static JsonObject Run(params string[] arguments)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "Peer", "peer.mjs");
        var start = new ProcessStartInfo("node", [script, Modules, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, errors.Result);
        return JsonNode.Parse(output)!.AsObject();
    }
}
