using StreamPerceiver.Recordings.Files;

namespace StreamPerceiver.Recordings.Conversion;

/// <summary>Records in MCAP: a file, or a folder of files.</summary>
internal sealed class McapRecords : IRecordFormat
{
    private const string Name = "recording", Extension = ".mcap";

    /// <inheritdoc/>
    public IEnumerable<RecordedRecord> Read(string path, ConvertOptions options) => RecordingReader.Read(RecordingReader.FilesOf([path]));

    /// <inheritdoc/>
    public void Write(string path, IEnumerable<RecordedRecord> records, ConvertOptions options)
    {
        using var folder = new NewFolder(path);
        if (!path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase))
        {
            WriteFiles(folder.Path, records, new RecordingOptions());
            folder.Complete();
            return;
        }

        WriteFiles(folder.Path, records, new RecordingOptions { FileBytes = long.MaxValue, FileNs = long.MaxValue });
        File.Move(Directory.GetFiles(folder.Path).Single(), path);
    }

    private static void WriteFiles(string folder, IEnumerable<RecordedRecord> records, RecordingOptions options)
    {
        using var writer = new RecordingWriter(folder, Name, options);
        foreach (RecordedRecord record in records) writer.Add(record.Record, record.ReceivedNs);
    }
}
