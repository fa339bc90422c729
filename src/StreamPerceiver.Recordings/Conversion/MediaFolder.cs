using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;
using StreamPerceiver.Recordings.Files;

namespace StreamPerceiver.Recordings.Conversion;

/// <summary>
/// Records as files in a folder, with a row each in <c>times.csv</c>. Rows need not be in the order of their times; the table is in memory as a whole, the
/// files one by one.
/// </summary>
internal sealed class MediaFolder : IRecordFormat
{
    /// <summary>The name of the table.</summary>
    public const string TableName = "times.csv";

    // A record of a recording may have twice as much, with its key and headers.
    private const long MostBytes = 128 << 20;

    /// <inheritdoc/>
    public IEnumerable<RecordedRecord> Read(string path, ConvertOptions options)
    {
        string table = Path.Combine(path, TableName);
        var places = new RecordPlaces(options.Partitions);
        foreach (MediaRow row in ReadTable(table, options).OrderBy(r => r.ReceivedNs))
        {
            byte[]? value = row.Path.Length == 0 ? null : ReadFile(path, row.Path, $"{table}: line {row.Line}");
            (int partition, long offset) = places.Of(row.Topic, row.Key, row.Partition, row.Offset);
            yield return new RecordedRecord(
                new SourceRecord(row.Topic, partition, offset, row.TimestampMs, row.Key, value, row.Headers, row.Kind), row.ReceivedNs);
        }
    }

    /// <inheritdoc/>
    public void Write(string path, IEnumerable<RecordedRecord> records, ConvertOptions options)
    {
        using var folder = new NewFolder(path);
        using (var table = new StreamWriter(Path.Combine(folder.Path, TableName), append: false, new UTF8Encoding(false)))
        {
            CsvTable.Write(table, MediaRow.Columns);
            foreach (RecordedRecord record in records)
            {
                string name = record.Record.Value is { } value ? WriteFile(folder.Path, record.Record, value) : "";
                CsvTable.Write(table, MediaRow.CellsOf(record, name));
            }
        }

        folder.Complete();
    }

    private static List<MediaRow> ReadTable(string path, ConvertOptions options)
    {
        using var reader = new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
        CsvTable? table = null;
        try
        {
            table = new CsvTable(reader);
            var columns = new MediaColumns(table.Names, options.Map, note => options.Note($"{path}: {note}"));
            List<MediaRow> rows = [];
            while (table.Read() is { } cells) rows.Add(columns.Read(cells, table.Line));
            return rows;
        }
        catch (Exception e) when (e is FormatException or DecoderFallbackException)
        {
            throw new RecordingException($"{path}: line {table?.Line ?? 1}: {e.Message}", e);
        }
    }

    private static byte[] ReadFile(string folder, string name, string row)
    {
        string path = Path.GetFullPath(name, Path.GetFullPath(folder));
        if (!path.StartsWith(Path.GetFullPath(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new RecordingException($"{row}: path is '{name}', expected a file inside the folder");
        if (!File.Exists(path)) throw new RecordingException($"{row}: path is '{name}', which is not there");
        long length = new FileInfo(path).Length;
        return length <= MostBytes
            ? File.ReadAllBytes(path)
            : throw new RecordingException($"{row}: {name} has {length} bytes, expected at most {MostBytes}: cut it into segments, one row each");
    }

    // A recording that was put together may have a place twice.
    private static string WriteFile(string folder, SourceRecord record, byte[] value)
    {
        string extension = MediaTypes.ExtensionOf(record.Header(SourceRecord.ContentTypeHeader));
        Directory.CreateDirectory(Path.Combine(folder, record.Topic, $"{record.Partition}"));
        for (int copy = 1; ; copy++)
        {
            string name = Path.Combine(record.Topic, $"{record.Partition}", $"{record.Offset}{(copy == 1 ? "" : $"-{copy}")}{extension}");
            string path = Path.Combine(folder, name);
            if (File.Exists(path)) continue;
            File.WriteAllBytes(path, value);
            return name;
        }
    }
}
