using StreamPerceiver.Flow;
using StreamPerceiver.Mcap;
using StreamPerceiver.Recordings.Files;

namespace StreamPerceiver.Recordings.Tests;

/// <summary>What <c>recording doctor</c> finds in recordings, beside what is wrong with any MCAP file.</summary>
public sealed class RecordingCheckTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("recording-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Nothing_is_wrong_with_a_recording()
        => RecordingCheck.Of(Write([.. Enumerable.Range(0, 100).Select(i => Record(i % 3, i))])).Findings.ShouldBeEmpty();

    [Fact]
    public void A_file_that_is_cut_off_is_mended_by_recover()
    {
        string path = Write([.. Enumerable.Range(0, 100).Select(i => Record(0, i))]);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^40]);

        RecordingFinding found = RecordingCheck.Of(path).Findings.ShouldHaveSingleItem();

        (found.IsError, found.Mend).ShouldBe((true, "recover"));
        found.Detail.ShouldContain("100 messages are complete, up to 1970-01-01T00:00:00.000000099Z");
    }

    [Fact]
    public void Offsets_that_go_back_are_named_ten_times_and_counted()
    {
        SourceRecord[] again = [.. Enumerable.Range(0, 50).Concat(Enumerable.Range(20, 30)).Select(i => Record(0, i))];

        RecordingCheck check = RecordingCheck.Of(Write(again));

        (check.Errors, check.Warnings, check.Findings.Count).ShouldBe((30, 0, 10));
        check.Findings.ShouldAllBe(f => f.IsError && f.Mend == "merge --dedupe");
        check.Findings[0].Detail.ShouldBe("a/0/20 stands behind the offset 49, expected ascending offsets");
    }

    [Fact]
    public void A_message_that_is_no_record_is_named()
    {
        string path = Path.Combine(_folder, "bad.mcap");
        using (FileStream stream = File.Create(path))
        using (var writer = new McapWriter(stream))
        {
            var channel = RecordedChannel.OfRecord(Record(0, 0), 1);
            writer.Add(channel.Schema);
            writer.Add(channel.Channel);
            writer.Add(new McapMessage(1, 0, 1, 1, new byte[] { 0xff }));
        }

        RecordingFinding found = RecordingCheck.Of(path).Findings.ShouldHaveSingleItem();

        (found.IsError, found.Mend).ShouldBe((true, null));
        found.Detail.ShouldStartWith("message 0 of a/0: ");
    }

    [Theory]
    [InlineData(McapSummaryParts.None, "recover")]
    [InlineData(McapSummaryParts.All, "merge")]
    public void Warnings_name_the_verb_that_mends_them(McapSummaryParts summary, string mend)
    {
        string path = Path.Combine(_folder, "other.mcap");
        using (FileStream stream = File.Create(path))
        using (var writer = new McapWriter(stream, new McapWriterOptions { Summary = summary }))
        {
            writer.Add(new McapChannel(1, 0, "t", "json", new Dictionary<string, string>()));
            writer.Add(new McapMessage(1, 0, summary == McapSummaryParts.None ? 1u : 5u, 1, new byte[1]));
            writer.Add(new McapMessage(1, 0, 2, 1, new byte[1]));
        }

        RecordingFinding found = RecordingCheck.Of(path).Findings.ShouldHaveSingleItem();

        (found.IsError, found.Mend).ShouldBe((false, mend));
        string mended = Path.Combine(_folder, "mended.mcap");
        if (mend == "recover") NewFile.Write(mended, false, whole => RecordingRecovery.Recover(path, whole).Report);
        else NewFile.Write(mended, false, new RecordingCopy([path], new(), dropsDoubled: false).WriteTo);
        RecordingCheck.Of(mended).Findings.ShouldBeEmpty();
    }

    private static SourceRecord Record(int partition, long offset) => new("a", partition, offset, 5, [1], [2], []);

    private string Write(SourceRecord[] records)
    {
        using var writer = new RecordingWriter(_folder, "r");
        for (int i = 0; i < records.Length; i++) writer.Add(records[i], i);
        return writer.FilePath;
    }
}
