namespace StreamPerceiver.Worker.Tests;

/// <summary><c>recording convert</c> as a program.</summary>
public sealed class ConvertVerbTests : IDisposable
{
    private readonly WorkerProcess _worker = new();

    public void Dispose() => _worker.Dispose();

    [Fact]
    public async Task A_folder_of_media_becomes_a_recording_and_comes_back()
    {
        _worker.Write("media/a.jpg", "JPEG");
        _worker.Write("media/times.csv", "path,time,entity,topic\na.jpg,1769860800,press-7,cameras\n");

        WorkerProcess.Ended there = await _worker.RunAsync("recording", "convert", "media", "recording");
        WorkerProcess.Ended lines = await _worker.RunAsync("recording", "convert", "recording", "x.jsonl");
        WorkerProcess.Ended folder = await _worker.RunAsync("recording", "convert", "x.jsonl", "back", "--to-kind", "media");

        (there.Error, lines.Error, folder.Error).ShouldBe(("", "", ""));
        there.Output.ShouldContain("recording convert: 1 records from media (media) to recording (recording)\n");
        there.Output.ShouldContain("time is read as seconds since 1970");
        lines.Output.ShouldBe("recording convert: 1 records from recording (recording) to x.jsonl (jsonl)\n");
        File.ReadAllText(Path.Combine(_worker.Folder, "back/cameras/0/0.jpg")).ShouldBe("JPEG");
    }

    [Theory]
    [InlineData("nowhere: is not there, expected a file or folder of records", "nowhere", "x.jsonl")]
    [InlineData("media: is there already, expected a new name", "media", "media")]
    [InlineData(
        "recording convert: --partitions is 0, expected 1 to 100000 (--help lists what there is)", "media", "recording", "--partitions", "0")]
    public async Task What_cannot_be_converted_is_refused_in_one_line(string error, params string[] arguments)
    {
        _worker.Write("media/times.csv", "path,time,entity,topic\n");

        WorkerProcess.Ended ended = await _worker.RunAsync(["recording", "convert", .. arguments]);

        (ended.Code, ended.Output, ended.Error).ShouldBe((2, "", $"{error}\n"));
    }
}
