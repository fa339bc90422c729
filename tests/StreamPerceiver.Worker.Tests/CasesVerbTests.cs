using StreamPerceiver.Flow;

namespace StreamPerceiver.Worker.Tests;

/// <summary><c>recording cases</c>: regression cases that pass, differ, or cannot run.</summary>
public sealed class CasesVerbTests : IDisposable
{
    private readonly WorkerProcess _worker = new();

    public CasesVerbTests()
    {
        TinyRecording.WritePipeline(_worker);
        WriteCase("a");
        WriteCase("b");
    }

    public void Dispose() => _worker.Dispose();

    [Fact]
    public async Task Accepted_cases_pass_until_a_prediction_differs()
    {
        WorkerProcess.Ended accepted = await RunAsync("--accept");
        WorkerProcess.Ended passed = await RunAsync("--tolerance", "0", "--Batch:MaxWindows=1");
        WriteCase("a", changed: 30);
        WorkerProcess.Ended different = await RunAsync();
        WorkerProcess.Ended one = await _worker.RunAsync("recording", "cases", "cases/b");
        WorkerProcess.Ended again = await RunAsync("--accept");

        (accepted.Code, accepted.Error, accepted.Output).ShouldBe(
            (0, "", "a: wrote 9 predictions to cases/a/golden.jsonl: a new file\nb: wrote 9 predictions to cases/b/golden.jsonl: a new file\n"
                + "cases: 2 passed, 0 failed\n"));
        (passed.Code, passed.Output).ShouldBe(
            (0, "a: 9 predictions in cases/a/golden.jsonl, 0 differ, compared to the bit\nb: 9 predictions in cases/b/golden.jsonl, 0 differ, compared to the "
                + "bit\ncases: 2 passed, 0 failed\n"));
        (different.Code, one.Code, again.Code).ShouldBe((1, 0, 0), different.Error);
        different.Output.ShouldContain("  tiny/machine-0/1700000007000000000: outputs.state.labels[0].probability is 0.");
        different.Output.ShouldContain("a: 9 predictions in cases/a/golden.jsonl, 2 differ, compared within 0.0001\nb: 9 predictions in");
        different.Output.ShouldEndWith("cases: 1 passed, 1 failed\n");
        one.Output.ShouldEndWith("cases: 1 passed, 0 failed\n");
        again.Output.ShouldContain("b: wrote 9 predictions to cases/b/golden.jsonl: 0 added, 0 removed, 0 changed\n");
        again.Output.ShouldContain("a: wrote 9 predictions to cases/a/golden.jsonl: 0 added, 0 removed, 2 changed\n");
    }

    [Fact]
    public async Task What_an_accepted_file_gains_and_loses_is_counted()
    {
        await _worker.RunAsync("recording", "cases", "cases/a", "--accept");
        WriteCase("a", first: 10, steps: 65);

        WorkerProcess.Ended ended = await _worker.RunAsync("recording", "cases", "cases/a", "--accept");

        // Windows are one second apart: two at the start are gone, the third one has lost half of its readings, and three at the end are new.
        ended.Output.ShouldContain("a: wrote 10 predictions to cases/a/golden.jsonl: 3 added, 2 removed, 1 changed\n");
        ended.Output.ShouldContain("prediction is missing, cases/a/golden.jsonl has a prediction\n");
    }

    [Theory]
    [InlineData("golden.jsonl", "a: cases/a/golden.jsonl is not there, expected the predictions that --accept writes")]
    [InlineData("recording.mcap", "a: cases/a/recording.mcap: found no recording, expected an .mcap file or a folder of them")]
    [InlineData("case.json", "a: cases/a/case.json: is not there, expected {\"pipeline\": FILE, \"holds\": TEXT}, with FILE relative to this folder")]
    public async Task A_case_without_a_file_fails_with_its_name_and_the_others_go_on(string file, string error)
    {
        _worker.Write("cases/a/golden.jsonl", "");
        File.Delete(Path.Combine(_worker.Folder, "cases", "a", file));

        WorkerProcess.Ended ended = await RunAsync();

        (ended.Code, ended.Error).ShouldBe((1, ""));
        ended.Output.ShouldBe($"{error}\nb: cases/b/golden.jsonl is not there, expected the predictions that --accept writes\ncases: 0 passed, 2 failed\n");
    }

    [Theory]
    [InlineData("""{"pipeline": "../../tiny.json"}""", "cases/b/case.json: JSON deserialization for type")]
    [InlineData("""{"pipeline": "../../none.json", "holds": "x"}""", "none.json")]
    [InlineData("""{"pipeline": "../../other.json", "holds": "x"}""", "cases/b/recording.mcap: found tiny.a, expected an input of other.json: other.a")]
    [InlineData("""{"pipeline": "../../bare.json", "holds": "x"}""", "nowhere")]
    public async Task A_case_whose_pipeline_does_not_fit_fails_with_the_reason(string description, string error)
    {
        string tiny = File.ReadAllText(Path.Combine(_worker.Folder, "tiny.json"));
        _worker.Write("other.json", tiny.Replace("tiny.a", "other.a", StringComparison.Ordinal));
        _worker.Write("bare.json", tiny.Replace("\"model\": \"model\"", "\"model\": \"nowhere\"", StringComparison.Ordinal));
        _worker.Write("cases/b/golden.jsonl", "");
        _worker.Write("cases/b/case.json", description);

        WorkerProcess.Ended ended = await _worker.RunAsync("recording", "cases", "cases/b");

        (ended.Code, ended.Error).ShouldBe((1, ""));
        ended.Output.ShouldStartWith("b: ");
        ended.Output.ShouldContain(error);
        ended.Output.ShouldEndWith("cases: 0 passed, 1 failed\n");
    }

    [Fact]
    public async Task A_folder_without_cases_is_refused()
    {
        WorkerProcess.Ended ended = await _worker.RunAsync("recording", "cases", "cases/a/none");

        (ended.Code, ended.Error).ShouldBe((2, "cases/a/none: found no case, expected a folder with case.json, or a folder of such folders\n"));
    }

    private Task<WorkerProcess.Ended> RunAsync(params string[] options) => _worker.RunAsync(["recording", "cases", "cases", .. options]);

    private void WriteCase(string name, int first = 0, int steps = 50, int? changed = null)
    {
        _worker.Write($"cases/{name}/case.json", """{"pipeline": "../../tiny.json", "holds": "Ten seconds of a sensor."}""");
        IEnumerable<SourceRecord> records = Enumerable.Range(first, steps - first).Select(i => TinyRecording.Record(i, i == changed ? "[0.5]" : $"[{i % 7}]"));
        TinyRecording.Write(Path.Combine(_worker.Folder, "cases", name, "recording.mcap"), records);
    }
}
