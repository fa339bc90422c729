using Parquet;
using Parquet.Schema;

namespace StreamPerceiver.Recordings.Conversion;

/// <summary>The columns of a row group. Other writers let every column be null.</summary>
internal sealed class ParquetGroup
{
    private readonly Dictionary<string, Array> _columns = new(StringComparer.Ordinal);

    private ParquetGroup(int count) => Count = count;

    /// <summary>The number of rows.</summary>
    public int Count { get; }

    /// <summary>Reads columns of texts, bytes, int32 and int64.</summary>
    /// <param name="rows">The row group.</param>
    /// <param name="fields">The columns, as the file has them.</param>
    public static async Task<ParquetGroup> ReadAsync(ParquetRowGroupReader rows, IEnumerable<DataField> fields)
    {
        var group = new ParquetGroup(checked((int)rows.RowCount));
        foreach (DataField field in fields) group._columns.Add(field.Name, await group.ReadAsync(rows, field).ConfigureAwait(false));
        return group;
    }

    /// <summary>Returns the text of a row.</summary>
    /// <exception cref="FormatException">It is null.</exception>
    public string Text(DataField field, int row) => (string?)_columns[field.Name].GetValue(row) ?? throw Null(field);

    /// <summary>Returns a whole number.</summary>
    /// <exception cref="FormatException">It is null.</exception>
    public long Number(DataField field, int row) => _columns[field.Name] switch
    {
        int?[] numbers => numbers[row],
        long?[] numbers => numbers[row],
        _ => null,
    } ?? throw Null(field);

    /// <summary>Returns bytes; null where there are none.</summary>
    public byte[]? Bytes(DataField field, int row) => (byte[]?)_columns[field.Name].GetValue(row);

    private async Task<Array> ReadAsync(ParquetRowGroupReader rows, DataField field)
    {
        if (field.ClrType == typeof(ReadOnlyMemory<char>))
        {
            var texts = new string?[Count];
            await rows.ReadAsync(field, texts).ConfigureAwait(false);
            return texts;
        }

        if (field.ClrType == typeof(ReadOnlyMemory<byte>))
        {
            var bytes = new byte[]?[Count];
            await rows.ReadAsync(field, bytes).ConfigureAwait(false);
            return bytes;
        }

        return field.ClrType == typeof(int)
            ? await ReadAsync<int>(rows, field).ConfigureAwait(false)
            : await ReadAsync<long>(rows, field).ConfigureAwait(false);
    }

    private async Task<T?[]> ReadAsync<T>(ParquetRowGroupReader rows, DataField field) where T : struct
    {
        var numbers = new T?[Count];
        if (field.IsNullable)
        {
            await rows.ReadAsync<T>(field, numbers).ConfigureAwait(false);
            return numbers;
        }

        var all = new T[Count];
        await rows.ReadAsync<T>(field, all).ConfigureAwait(false);
        for (int i = 0; i < all.Length; i++) numbers[i] = all[i];
        return numbers;
    }

    private static FormatException Null(DataField field) => new($"{field.Name} is null, expected a value");
}
