using System.Runtime.InteropServices;
using System.Text;
using Parquet;
using Parquet.Schema;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Recordings.Export;

/// <summary>Writes shards. The same windows give the same bytes.</summary>
internal static class ShardFile
{
    /// <summary>Writes a shard to a file.</summary>
    public static void Write(string path, WindowShard shard, ShardFormat format)
    {
        if (format == ShardFormat.Npz) WriteNpz(path, shard);
        else AtomicFile.Write(path, stream => WriteParquetAsync(stream, shard).GetAwaiter().GetResult());
    }

    // Headers are UTF-8, a line each: NumPy has no texts of any length.
    private static void WriteNpz(string path, WindowShard shard)
    {
        byte[] headers = Encoding.UTF8.GetBytes(string.Join('\n', shard.Headers));
        Dictionary<string, NpyArray> arrays = shard.Columns.ToDictionary(c => c.Name, c => c.ToNpy(shard.Count), StringComparer.Ordinal);
        arrays.Add(WindowShard.HeaderName, new NpyArray(NpyType.U8, [headers.Length], headers));
        Npz.Write(path, arrays);
    }

    private static async Task WriteParquetAsync(Stream stream, WindowShard shard)
    {
        (ShardColumn Column, DataField Field)[] columns = [.. shard.Columns.Select(c => (c, FieldOf(c)))];
        var headers = new DataField(WindowShard.HeaderName, typeof(string), isNullable: false);
        var schema = new ParquetSchema([.. columns.Select(c => c.Field), headers]);
        ParquetWriter writer = await ParquetWriter.CreateAsync(schema, stream).ConfigureAwait(false);
        await using (writer.ConfigureAwait(false))
        {
            using ParquetRowGroupWriter rows = writer.CreateRowGroup();
            foreach ((ShardColumn column, DataField field) in columns) await WriteColumnAsync(rows, field, column, shard.Count).ConfigureAwait(false);
            await rows.WriteAsync(headers, (string[])[.. shard.Headers]).ConfigureAwait(false);
            rows.CompleteValidate();
        }
    }

    private static DataField FieldOf(ShardColumn column) => (column.Array.Shape.Count, column.Array.Type) switch
    {
        (0, NpyType.I64) => new DataField(column.Name, typeof(long)),
        (0, NpyType.I32) => new DataField(column.Name, typeof(int)),
        (0, NpyType.F64) => new DataField(column.Name, typeof(double)),
        _ => new DataField(column.Name, typeof(byte[]), isNullable: false),
    };

    private static async Task WriteColumnAsync(ParquetRowGroupWriter rows, DataField field, ShardColumn column, int windows)
    {
        if (field.ClrType == typeof(long)) await rows.WriteAsync<long>(field, Elements<long>(column)).ConfigureAwait(false);
        else if (field.ClrType == typeof(int)) await rows.WriteAsync<int>(field, Elements<int>(column)).ConfigureAwait(false);
        else if (field.ClrType == typeof(double)) await rows.WriteAsync<double>(field, Elements<double>(column)).ConfigureAwait(false);
        else
        {
            byte[][] values = [.. Enumerable.Range(0, windows).Select(i => column.Data.Slice(i * column.WindowBytes, column.WindowBytes).ToArray())];
            await rows.WriteAsync(field, values).ConfigureAwait(false);
        }
    }

    private static T[] Elements<T>(ShardColumn column) where T : unmanaged => MemoryMarshal.Cast<byte, T>(column.Data.Span).ToArray();
}
