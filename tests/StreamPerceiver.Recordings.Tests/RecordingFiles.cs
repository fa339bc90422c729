using System.Text;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Recordings.Tests;

/// <summary>A folder of small recordings, for the tests of one class.</summary>
public abstract class RecordingFiles : IDisposable
{
    /// <summary>A second, in nanoseconds.</summary>
    protected const long Second = EventTime.PerSecond;

    /// <summary>The folder.</summary>
    protected string Folder { get; } = Directory.CreateTempSubdirectory("recording-").FullName;

    /// <summary>The file that a verb writes.</summary>
    protected string Out => Path.Combine(Folder, "out.mcap");

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes a record whose timestamp and value are of its offset.</summary>
    protected static SourceRecord Record(string topic, int partition, long offset, string key)
        => new(topic, partition, offset, offset * 7, Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"[{offset}]"),
            [new(SourceRecord.ContentTypeHeader, "application/json"u8.ToArray())]);

    /// <summary>Makes bytes that do not compress.</summary>
    protected static byte[] Noise(int seed, int length)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Writes a recording. Returns its file.</summary>
    protected string Write(string name, IEnumerable<(SourceRecord Record, long ReceivedNs)> records)
    {
        using var writer = new RecordingWriter(Folder, name);
        foreach ((SourceRecord record, long ns) in records) writer.Add(record, ns);
        return writer.FilePath;
    }
}
