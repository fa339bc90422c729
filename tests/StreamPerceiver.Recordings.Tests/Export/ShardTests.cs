using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using StreamPerceiver.Formats;
using StreamPerceiver.Recordings.Export;

namespace StreamPerceiver.Recordings.Tests.Export;

/// <summary>The files of an export: equal bytes each time, a manifest that holds, and the same in both forms.</summary>
public sealed class ShardTests : IDisposable
{
    private readonly SixInputs _inputs = new();

    public void Dispose() => _inputs.Dispose();

    [Theory]
    [InlineData(ShardFormat.Npz)]
    [InlineData(ShardFormat.Parquet)]
    public async Task The_same_records_give_the_same_bytes(ShardFormat format)
    {
        await _inputs.ExportAsync("one", new ExportOptions { ShardWindows = 4, Format = format });
        await _inputs.ExportAsync("two", new ExportOptions { ShardWindows = 4, Format = format });

        string[] files = FilesOf("one");
        files.Length.ShouldBeGreaterThan(3);
        files.ShouldAllBe(f => File.ReadAllBytes(_inputs.Place($"one/{f}")).SequenceEqual(File.ReadAllBytes(_inputs.Place($"two/{f}"))));
    }

    [Fact]
    public async Task The_manifest_says_what_is_there()
    {
        long count = await _inputs.ExportAsync("one", new ExportOptions { ShardWindows = 4 });

        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(_inputs.Place("one/manifest.json")));
        JsonElement manifest = json.RootElement;
        JsonElement[] shards = [.. manifest.GetProperty("shards").EnumerateArray()];
        shards.Sum(s => s.GetProperty("windows").GetInt32()).ShouldBe((int)count);
        shards[..^1].ShouldAllBe(s => s.GetProperty("windows").GetInt32() == 4);
        shards.ShouldAllBe(s => s.GetProperty("sha256").GetString() == HashOf($"one/{s.GetProperty("file").GetString()}"));
        FilesOf("one").Length.ShouldBe(shards.Length + 1);
        manifest.GetProperty("pipelineSha256").GetString().ShouldBe(HashOf("six.json"));
        Dictionary<string, NpyShape> shapes = Npz.ReadShapes(_inputs.Place("one/windows-00000.npz")).ToDictionary();
        foreach (JsonElement column in manifest.GetProperty("columns").EnumerateArray())
        {
            NpyShape shape = shapes[column.GetProperty("name").GetString()!];
            shape.Shape.ShouldBe([4, .. column.GetProperty("shape").EnumerateArray().Select(s => s.GetInt64())]);
            NpyHeader.TypeOf(column.GetProperty("dtype").GetString()!).ShouldBe(shape.Type);
        }

        manifest.GetProperty("columns").EnumerateArray().Single(c => c.GetProperty("name").GetString() == "imu/values").GetProperty("names")
            .EnumerateArray().Select(n => n.GetString()).ShouldBe(["x", "y"]);
        JsonElement camera = manifest.GetProperty("records").EnumerateArray().Single(r => r.GetProperty("input").GetString() == "cam");
        camera.GetProperty("rejected").GetInt32().ShouldBe(1); // one picture is damaged
    }

    [Fact]
    public async Task Parquet_shards_have_the_bytes_of_the_NumPy_ones()
    {
        await _inputs.ExportAsync("npz", new ExportOptions { ShardWindows = 5 });
        await _inputs.ExportAsync("parquet", new ExportOptions { ShardWindows = 5, Format = ShardFormat.Parquet });

        IReadOnlyDictionary<string, NpyArray> arrays = Npz.Read(_inputs.Place("npz/windows-00001.npz"));
        string shard = _inputs.Place("parquet/windows-00001.parquet");
        foreach ((string name, NpyArray array) in arrays.Where(a => a.Value.Shape.Count > 1))
            string.Concat(DuckDb.Query($"SELECT hex(\"{name}\") FROM '{shard}'")).ShouldBe(System.Convert.ToHexString(array.Bytes.Span), name);
        DuckDb.Query($"SELECT \"window/end_ns\" FROM '{shard}'").ShouldBe(arrays["window/end_ns"].ToLongs().Select(end => $"{end}"));
        DuckDb.Query($"SELECT \"window/header\" FROM '{shard}'").ShouldBe(Encoding.UTF8.GetString(arrays["window/header"].Bytes.Span).Split('\n'));
        DuckDb.Query($"SELECT \"text/length\" FROM '{shard}'").ShouldBe(arrays["text/length"].ToLongs().Select(length => $"{length}"));
    }

    private string[] FilesOf(string name)
        => [.. Directory.GetFiles(_inputs.Place(name)).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    private string HashOf(string name) => System.Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_inputs.Place(name))));
}
