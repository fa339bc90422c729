using System.Text.Json;
using Parquet;
using Parquet.Schema;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Recordings.Conversion;

/// <summary>Records in a Parquet file, one a row. A row group is in memory as a whole.</summary>
internal sealed class ParquetRecords : IRecordFormat
{
    private const int GroupRows = 16_384;
    private const long GroupBytes = 64 << 20;

    private static readonly DataField Topic = new("topic", typeof(string), isNullable: false), Partition = new("partition", typeof(int)),
        Offset = new("offset", typeof(long)), TimestampMs = new("timestamp_ms", typeof(long)),
        Kind = new("timestamp_kind", typeof(string), isNullable: false), ReceivedNs = new("received_ns", typeof(long)),
        Key = new("key", typeof(byte[]), isNullable: true), Headers = new("headers", typeof(string), isNullable: false),
        Value = new("value", typeof(byte[]), isNullable: true);

    private static readonly ParquetSchema Schema = new(Topic, Partition, Offset, TimestampMs, Kind, ReceivedNs, Key, Headers, Value);

    /// <inheritdoc/>
    public IEnumerable<RecordedRecord> Read(string path, ConvertOptions options)
    {
        using FileStream stream = File.OpenRead(path);
        ParquetReader reader = Checked(path, () => ParquetReader.CreateAsync(stream));
        try
        {
            Dictionary<string, DataField> found = reader.Schema.GetDataFields().ToDictionary(f => f.Path.ToString(), StringComparer.Ordinal);
            foreach (DataField field in Schema.GetDataFields())
            {
                if (!found.TryGetValue(field.Name, out DataField? other) || other.ClrType != field.ClrType)
                    throw new RecordingException($"{path}: has the columns {Describe(found.Values)}, expected {Describe(Schema.GetDataFields())}");
            }

            long row = 0;
            for (int group = 0; group < reader.RowGroupCount; group++)
            {
                using ParquetRowGroupReader rows = reader.OpenRowGroupReader(group);
                ParquetGroup columns = Checked(path, () => ParquetGroup.ReadAsync(rows, Schema.GetDataFields().Select(f => found[f.Name])));
                for (int i = 0; i < columns.Count; i++, row++) yield return RecordOf(columns, i, $"{path}: row {row}");
            }
        }
        finally
        {
            reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    /// <inheritdoc/>
    public void Write(string path, IEnumerable<RecordedRecord> records, ConvertOptions options)
        => AtomicFile.Write(path, stream => WriteAsync(stream, records).GetAwaiter().GetResult());

    private static async Task WriteAsync(Stream stream, IEnumerable<RecordedRecord> records)
    {
        ParquetWriter writer = await ParquetWriter.CreateAsync(Schema, stream).ConfigureAwait(false);
        await using (writer.ConfigureAwait(false))
        {
            List<RecordedRecord> group = [];
            long bytes = 0;
            foreach (RecordedRecord record in records)
            {
                group.Add(record);
                bytes += (record.Record.Key?.Length ?? 0) + (record.Record.Value?.Length ?? 0);
                if (group.Count < GroupRows && bytes < GroupBytes) continue;
                await WriteGroupAsync(writer, group).ConfigureAwait(false);
                group.Clear();
                bytes = 0;
            }

            if (group.Count > 0) await WriteGroupAsync(writer, group).ConfigureAwait(false);
        }
    }

    private static async Task WriteGroupAsync(ParquetWriter writer, List<RecordedRecord> group)
    {
        using ParquetRowGroupWriter rows = writer.CreateRowGroup();
        await rows.WriteAsync(Topic, (string[])[.. group.Select(r => r.Record.Topic)]).ConfigureAwait(false);
        await rows.WriteAsync<int>(Partition, (int[])[.. group.Select(r => r.Record.Partition)]).ConfigureAwait(false);
        await rows.WriteAsync<long>(Offset, (long[])[.. group.Select(r => r.Record.Offset)]).ConfigureAwait(false);
        await rows.WriteAsync<long>(TimestampMs, (long[])[.. group.Select(r => r.Record.TimestampMs)]).ConfigureAwait(false);
        await rows.WriteAsync(Kind, (string[])[.. group.Select(r => r.Record.TimestampKind.ToString())]).ConfigureAwait(false);
        await rows.WriteAsync<long>(ReceivedNs, (long[])[.. group.Select(r => r.ReceivedNs)]).ConfigureAwait(false);
        await rows.WriteAsync(Key, (byte[]?[])[.. group.Select(r => r.Record.Key)]!).ConfigureAwait(false);
        string[] headers = [.. group.Select(r => BytesJson.ToText(json => BytesJson.Write(json, r.Record.Headers)))];
        await rows.WriteAsync(Headers, headers).ConfigureAwait(false);
        await rows.WriteAsync(Value, (byte[]?[])[.. group.Select(r => r.Record.Value)]!).ConfigureAwait(false);
        rows.CompleteValidate();
    }

    private static RecordedRecord RecordOf(ParquetGroup columns, int row, string place)
    {
        try
        {
            string kindName = columns.Text(Kind, row);
            if (!Enum.TryParse(kindName, out TimestampKind kind) || !Enum.IsDefined(kind))
                throw new FormatException($"{Kind.Name} is '{kindName}', expected one of {string.Join(", ", Enum.GetNames<TimestampKind>())}");
            long partition = columns.Number(Partition, row);
            if (partition < 0) throw new FormatException($"{Partition.Name} is {partition}, expected a whole number from 0");
            using JsonDocument headers = JsonDocument.Parse(columns.Text(Headers, row));
            var record = new SourceRecord(
                columns.Text(Topic, row), (int)partition, columns.Number(Offset, row), columns.Number(TimestampMs, row), columns.Bytes(Key, row),
                columns.Bytes(Value, row), BytesJson.ReadHeaders(headers.RootElement), kind);
            return new RecordedRecord(record, Math.Max(0, columns.Number(ReceivedNs, row)));
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            throw new RecordingException($"{place}: {e.Message}", e);
        }
    }

    private static string Describe(IEnumerable<DataField> fields)
        => string.Join(", ", fields.Select(f => $"{f.Path} {TypeName(f.ClrType)}"));

    private static string TypeName(Type type)
        => type == typeof(ReadOnlyMemory<char>) ? "string" : type == typeof(ReadOnlyMemory<byte>) ? "binary" : type.Name.ToLowerInvariant();

    // The library throws what it likes on damaged files.
    private static T Checked<T>(string path, Func<Task<T>> read)
    {
        try
        {
            return read().GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is not (StreamPerceiverException or OutOfMemoryException))
        {
            throw new RecordingException($"{path}: {e.Message}, expected a Parquet file", e);
        }
    }
}
