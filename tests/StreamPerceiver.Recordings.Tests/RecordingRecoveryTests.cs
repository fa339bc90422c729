using StreamPerceiver.Mcap;
using StreamPerceiver.Recordings.Files;

namespace StreamPerceiver.Recordings.Tests;

/// <summary>Recordings that are recovered, and files that replace others.</summary>
public sealed class RecordingRecoveryTests : RecordingFiles
{
    [Fact]
    public void A_recovery_says_by_channel_what_was_lost()
    {
        string path = Write("f", Enumerable.Range(0, 200).Select(i => (Record("a", i % 2, i, "m") with { Value = Noise(i, 60_000) }, i * Second)));
        byte[] bytes = File.ReadAllBytes(path);
        McapChunkIndex chunk = McapFile.Open(new MemoryStream(bytes)).Summary.OfType<McapChunkIndex>().ElementAt(3);
        bytes[(int)(chunk.ChunkStart + chunk.ChunkLength / 2)] ^= 1;
        File.WriteAllBytes(path, bytes);

        RecoveredRecording found = NewFile.Write(Out, false, whole => RecordingRecovery.Recover(path, whole));

        found.Channels.ShouldBe([new RecoveredChannel("a/0", 99, 1), new RecoveredChannel("a/1", 100, 0)]);
        File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
        NewFile.Write(Out, true, whole => RecordingRecovery.Recover(path, whole)).Channels.ShouldAllBe(c => c.Lost == null && c.Kept > 0);
    }

    [Fact]
    public void A_file_that_is_there_is_replaced_only_where_that_is_asked_and_stays_where_the_writing_fails()
    {
        File.WriteAllText(Out, "old");

        Should.Throw<RecordingException>(() => NewFile.Write(Out, false, _ => 0)).Message.ShouldBe($"{Out}: is there already, expected a new name or --force");
        Should.Throw<RecordingException>(() => NewFile.Write<int>(Out, true, _ => throw new RecordingException("away")));
        File.ReadAllText(Out).ShouldBe("old");
        NewFile.Write(Out, true, stream => { stream.Write("new"u8); return 0; });
        (File.ReadAllText(Out), Directory.GetFiles(Folder).Length).ShouldBe(("new", 1));
    }
}
