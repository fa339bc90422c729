using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;
using StreamPerceiver.Ingest;
using StreamPerceiver.Modalities;
using StreamPerceiver.Tokenise;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Recordings.Tests.Export;

/// <summary>Exported windows are those of the pipeline, to the bit.</summary>
public sealed class WindowExportTests : IDisposable
{
    private readonly SixInputs _inputs = new();

    public void Dispose() => _inputs.Dispose();

    [Fact]
    public async Task Exported_arrays_are_what_the_tokenisers_of_the_pipeline_get_to_the_bit()
    {
        List<TokenisedWindow> windows = await TokenisedAsync();
        (await _inputs.ExportAsync("out")).ShouldBe(windows.Count);
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

    [Fact]
    public async Task A_folder_that_is_there_is_refused_and_what_fails_leaves_none()
    {
        Directory.CreateDirectory(_inputs.Place("there"));

        (await Should.ThrowAsync<RecordingException>(() => _inputs.ExportAsync("there"))).Message
            .ShouldEndWith("there: is there already, expected a new folder");
        (await Should.ThrowAsync<RecordingException>(() => _inputs.ExportAsync("none", records: []))).Message
            .ShouldStartWith("no window closed in these records");
        await Should.ThrowAsync<InvalidOperationException>(() => _inputs.ExportAsync("broken", records: Broken()));
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
        WindowRun run = _inputs.NewRun();
        await foreach (var window in run.ReadAsync(newIntake => new SequenceSource(SixInputs.Records(), newIntake())))
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
