using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Mcap;
using StreamPerceiver.Recordings.Files;

namespace StreamPerceiver.Recordings.Tests;

/// <summary>Recordings that are recovered, and files that replace others.</summary>
public sealed class RecordingRecoveryTests : IDisposable
{
    private const long Second = EventTime.PerSecond;

    private readonly string _folder = Directory.CreateTempSubdirectory("recording-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

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
        (File.ReadAllText(Out), Directory.GetFiles(_folder).Length).ShouldBe(("new", 1));
    }

    private string Out => Path.Combine(_folder, "out.mcap");

    private static SourceRecord Record(string topic, int partition, long offset, string key)
        => new(topic, partition, offset, offset * 7, Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"[{offset}]"),
            [new(SourceRecord.ContentTypeHeader, "application/json"u8.ToArray())]);

    private static byte[] Noise(int seed, int length)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private string Write(string name, IEnumerable<(SourceRecord Record, long ReceivedNs)> records)
    {
        using var writer = new RecordingWriter(_folder, name);
        foreach ((SourceRecord record, long ns) in records) writer.Add(record, ns);
        return writer.FilePath;
    }
}
