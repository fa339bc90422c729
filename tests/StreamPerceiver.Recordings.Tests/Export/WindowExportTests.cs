using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;
using StreamPerceiver.Ingest;
using StreamPerceiver.Modalities;
using StreamPerceiver.Recordings.Export;
using StreamPerceiver.Tokenise;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Recordings.Tests.Export;

/// <summary>Exported windows are those of the pipeline, to the bit, in whole folders with equal bytes each time.</summary>
public sealed class WindowExportTests : IDisposable
{
    private readonly SixInputs _inputs = new();

    public void Dispose() => _inputs.Dispose();

    [Fact]
    public async Task Exported_arrays_are_what_the_tokenisers_of_the_pipeline_get_to_the_bit()
    {
        List<TokenisedWindow> windows = await TokenisedAsync();
        (await ExportAsync("out")).ShouldBe(windows.Count);
        IReadOnlyDictionary<string, NpyArray> arrays = Npz.Read(_inputs.Place("out/windows-00000.npz"));

        windows.Count.ShouldBeGreaterThan(8);
        long[] ends = arrays["window/end_ns"].ToLongs();
        string[] headers = Encoding.UTF8.GetString(arrays["window/header"].Bytes.Span).Split('\n');
        for (int i = 0; i < windows.Count; i++)
        {
            Dictionary<string, InputTokens> tokens = windows[i].Inputs.ToDictionary(t => t.Name);
            ends[i].ShouldBe(windows[i].Header.End.Nanoseconds);
            ShouldBeEqual(Floats("imu/values", i), tokens["imu"].Content);
            Bytes("imu/mask", i).ShouldBe(tokens["imu"].Mask);
            ShouldBeEqual(Floats("mic/values", i), tokens["mic"].Content);
            Bytes("mic/mask", i).Chunk(10).Select(patch => patch.Sum(b => b) >= 5 ? (byte)1 : (byte)0).ShouldBe(tokens["mic"].Mask);
            ShouldBeEqual([.. Bytes("cam/values", i).Select(b => b / 255f)], tokens["cam"].Content);
            Bytes("cam/mask", i).SelectMany(slot => Enumerable.Repeat(slot, 8)).ShouldBe(tokens["cam"].Mask);
            ShouldBeEqual(Floats("set/values", i), tokens["set"].Content);
            Bytes("set/mask", i).ShouldBe(tokens["set"].Mask);
            byte[] text = Bytes("text/values", i)[..BitConverter.ToInt32(Bytes("text/length", i))];
            IdsOf(text).ShouldBe(tokens["text"].Content.Take(tokens["text"].Mask.Sum(m => m)));
            int word = BitConverter.ToInt32(Bytes("word/values", i));
            tokens["word"].Content.ShouldBe(word < 0 ? [0, 0] : [word == 0 ? 1 : 0, word == 1 ? 1 : 0]);
            HeaderShouldBe(headers[i], windows[i].Header);
            foreach (InputPresence input in windows[i].Header.Inputs)
            {
                BitConverter.ToDouble(Bytes($"{input.Name}/coverage", i)).ShouldBe(input.Coverage);
                BitConverter.ToInt64(Bytes($"{input.Name}/staleness_ns", i)).ShouldBe(input.StalenessNs ?? -1);
            }
        }

        // Something of each input is there, and something is missing.
        foreach (string mask in new[] { "imu/mask", "mic/mask", "cam/mask", "set/mask" }) arrays[mask].ToLongs().Distinct().Count().ShouldBe(2, mask);
        arrays["text/length"].ToLongs().Distinct().Count().ShouldBeGreaterThan(1);
        arrays["word/values"].ToLongs().Distinct().Order().ShouldBe([-1, 0, 1]);

        byte[] Bytes(string name, int window)
        {
            int size = arrays[name].Bytes.Length / windows.Count;
            return arrays[name].Bytes.Slice(window * size, size).ToArray();
        }

        float[] Floats(string name, int window) => MemoryMarshal.Cast<byte, float>(Bytes(name, window)).ToArray();
    }

    [Theory]
    [InlineData(ShardFormat.Npz)]
    [InlineData(ShardFormat.Parquet)]
    public async Task The_same_records_give_the_same_bytes(ShardFormat format)
    {
        await ExportAsync("one", new ExportOptions { ShardWindows = 4, Format = format });
        await ExportAsync("two", new ExportOptions { ShardWindows = 4, Format = format });

        string[] files = FilesOf("one");
        files.Length.ShouldBeGreaterThan(3);
        files.ShouldAllBe(f => File.ReadAllBytes(_inputs.Place($"one/{f}")).SequenceEqual(File.ReadAllBytes(_inputs.Place($"two/{f}"))));
    }

    [Fact]
    public async Task The_manifest_says_what_is_there()
    {
        long count = await ExportAsync("one", new ExportOptions { ShardWindows = 4 });

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
        await ExportAsync("npz", new ExportOptions { ShardWindows = 5 });
        await ExportAsync("parquet", new ExportOptions { ShardWindows = 5, Format = ShardFormat.Parquet });

        IReadOnlyDictionary<string, NpyArray> arrays = Npz.Read(_inputs.Place("npz/windows-00001.npz"));
        string shard = _inputs.Place("parquet/windows-00001.parquet");
        foreach ((string name, NpyArray array) in arrays.Where(a => a.Value.Shape.Count > 1))
            string.Concat(DuckDb.Query($"SELECT hex(\"{name}\") FROM '{shard}'")).ShouldBe(System.Convert.ToHexString(array.Bytes.Span), name);
        DuckDb.Query($"SELECT \"window/end_ns\" FROM '{shard}'").ShouldBe(arrays["window/end_ns"].ToLongs().Select(end => $"{end}"));
        DuckDb.Query($"SELECT \"window/header\" FROM '{shard}'").ShouldBe(Encoding.UTF8.GetString(arrays["window/header"].Bytes.Span).Split('\n'));
        DuckDb.Query($"SELECT \"text/length\" FROM '{shard}'").ShouldBe(arrays["text/length"].ToLongs().Select(length => $"{length}"));
    }

    [Fact]
    public async Task A_folder_that_is_there_is_refused_and_what_fails_leaves_none()
    {
        Directory.CreateDirectory(_inputs.Place("there"));

        (await Should.ThrowAsync<RecordingException>(() => ExportAsync("there"))).Message.ShouldEndWith("there: is there already, expected a new folder");
        (await Should.ThrowAsync<RecordingException>(() => ExportAsync("none", records: []))).Message.ShouldStartWith("no window closed in these records");
        await Should.ThrowAsync<InvalidOperationException>(() => ExportAsync("broken", records: Broken()));
        Directory.GetDirectories(_inputs.Folder).ShouldBe([_inputs.Place("there")]);

        IEnumerable<SourceRecord> Broken()
        {
            foreach (SourceRecord record in SixInputs.Records().Take(50)) yield return record;
            throw new InvalidOperationException("a source that fails");
        }
    }

    [Fact]
    public async Task A_reader_of_windows_may_end_before_the_records_do()
    {
        WindowRun run = NewRun();
        await foreach (var window in run.ReadAsync(intake => new SequenceSource(SixInputs.Records(), intake)))
        {
            window.Inputs.Count.ShouldBe(6);
            break;
        }

        run.Windows.In.ShouldBeGreaterThan(0);
    }

    private async Task<List<TokenisedWindow>> TokenisedAsync()
    {
        List<TokenisedWindow> windows = [];
        var graph = new WindowGraph(_inputs.Definition, new Dictionary<string, InputPreparation>(), 2, new MemoryBudget(1 << 28));
        var take = Stage.End<TokenisedWindow>(new StageCounts("take"), TakeAsync, 10);
        graph.TokeniseWindows().Then(take);
        await graph.RunAsync(new SequenceSource(SixInputs.Records(), graph.NewIntake()), [take], CancellationToken.None);
        return windows;

        Task TakeAsync(Envelope<TokenisedWindow> item)
        {
            if (item.Value is { } window) windows.Add(window);
            item.Ack!.Release(Outcome.Used);
            return Task.CompletedTask;
        }
    }

    private Task<long> ExportAsync(string name, ExportOptions? options = null, IEnumerable<SourceRecord>? records = null) => WindowExport.WriteAsync(
        _inputs.Definition, NewRun(), intake => new SequenceSource(records ?? SixInputs.Records(), intake), _inputs.Place(name), options);

    private WindowRun NewRun() => new(_inputs.Definition, new Dictionary<string, InputPreparation>(), 2, new MemoryBudget(1 << 28), new DecodeOptions());

    private string[] FilesOf(string name) => [.. Directory.GetFiles(_inputs.Place(name)).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    private string HashOf(string name) => System.Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_inputs.Place(name))));

    private static IEnumerable<float> IdsOf(byte[] text)
    {
        if (text.Length == 0) return [];
        IEnumerable<int> bytes = text.Select(b => b == InputPresence.MaskedByte ? ByteTokenizer.Mask : ByteTokenizer.FirstByte + b);
        return [ByteTokenizer.Cls, .. bytes.Select(id => (float)id), ByteTokenizer.Sep];
    }

    private static void ShouldBeEqual(float[] found, float[] expected)
        => found.Select(BitConverter.SingleToUInt32Bits).ShouldBe(expected.Select(BitConverter.SingleToUInt32Bits));

    private static void HeaderShouldBe(string line, WindowHeader header)
    {
        using JsonDocument json = JsonDocument.Parse(line);
        json.RootElement.GetProperty("id").GetString().ShouldBe(header.IdIn("six"));
        json.RootElement.GetProperty("entity").GetString().ShouldBe(header.Entity);
        json.RootElement.GetProperty("window").GetProperty("end").GetString().ShouldBe(header.End.ToString());
        json.RootElement.GetProperty("window").GetProperty("closedBy").GetString().ShouldBe(header.ClosedBy.ToString().ToLowerInvariant());
        json.RootElement.GetProperty("inputs").GetProperty("cam").GetProperty("present").GetBoolean()
            .ShouldBe(header.Inputs.Single(i => i.Name == "cam").Present);
        IReadOnlyList<string?> ids = header.Inputs.Single(i => i.Name == "set").ElementIds ?? [];
        if (ids.Count > 0) json.RootElement.GetProperty("elementIds").GetProperty("set").EnumerateArray().Select(id => id.GetString()).ShouldBe(ids);
    }
}
