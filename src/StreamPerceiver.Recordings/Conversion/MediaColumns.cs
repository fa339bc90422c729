using System.Globalization;
using System.Text;
using System.Text.Json;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Recordings.Conversion;

/// <summary>Reads the rows of a table of media files by the names of its columns.</summary>
internal sealed class MediaColumns
{
    private static readonly string[] TimeColumns =
        [MediaRow.TimeColumn, .. new[] { "s", "ms", "us", "ns" }.Select(unit => $"{MediaRow.TimeColumn}_{unit}")];

    private readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);
    private readonly ConvertMap _map;
    private readonly string? _timeColumn;
    private readonly RowTimes? _times;

    /// <summary>Finds the columns of a table by their names.</summary>
    /// <param name="names">The names in the table.</param>
    /// <param name="map">What the table calls them.</param>
    /// <param name="note">Receives what was assumed.</param>
    /// <exception cref="FormatException">A column is missing, or not known.</exception>
    public MediaColumns(IReadOnlyList<string> names, ConvertMap map, Action<string> note)
    {
        _map = map;
        Dictionary<string, string> meanings = map.Columns.ToDictionary(c => c.Value, c => c.Key, StringComparer.Ordinal);
        if (map.Columns.Values.FirstOrDefault(column => !names.Contains(column)) is { } missing)
            throw new FormatException($"has no column '{missing}', which the map names, but {string.Join(", ", names)}");
        string[] known = [.. MediaRow.Columns, MediaRow.TypeColumn, .. TimeColumns];
        for (int i = 0; i < names.Count; i++)
        {
            string meaning = meanings.GetValueOrDefault(names[i], names[i]);
            if (known.Contains(meaning)) _columns[meaning] = i;
            else note($"column '{names[i]}' is not used; the known ones are {string.Join(", ", known)}");
        }

        _timeColumn = TimeColumns.FirstOrDefault(_columns.ContainsKey);
        if (_timeColumn is not null) _times = new RowTimes(_timeColumn, RowTimes.UnitOf(_timeColumn), note);
        if (_timeColumn is null && !_columns.ContainsKey(MediaRow.TimestampColumn))
            throw Missing($"{MediaRow.TimeColumn} or {MediaRow.TimestampColumn}", names);
        if (!_columns.ContainsKey(MediaRow.PathColumn)) throw Missing(MediaRow.PathColumn, names);
        if (!_columns.ContainsKey(MediaRow.TopicColumn) && map.Topic is null) throw Missing($"{MediaRow.TopicColumn}, nor does a map state it", names);
    }

    /// <summary>Reads the file, times and headers of a row.</summary>
    /// <exception cref="FormatException">A cell is wrong.</exception>
    public MediaRow Read(IReadOnlyList<string> cells, int line)
    {
        string path = Cell(cells, MediaRow.PathColumn);
        EventTime? time = _times is not null && Cell(cells, _timeColumn!) is { Length: > 0 } text ? _times.Read(text) : null;
        long timestampMs = Number(cells, MediaRow.TimestampColumn, long.MinValue)
            ?? RecordPlaces.TimestampOf(time ?? throw Wrong(_timeColumn ?? MediaRow.TimestampColumn, "", "a time"));
        string headers = Cell(cells, MediaRow.HeadersColumn);
        return new MediaRow(
            line, path, Cell(cells, MediaRow.TopicColumn, _map.Topic) is { Length: > 0 } topic ? topic : throw Wrong(MediaRow.TopicColumn, "", "a topic"),
            KeyOf(cells), (int?)Number(cells, MediaRow.PartitionColumn, 0, int.MaxValue), Number(cells, MediaRow.OffsetColumn, 0), timestampMs,
            KindOf(Cell(cells, MediaRow.KindColumn)),
            Number(cells, MediaRow.ReceivedColumn, 0) ?? Math.Max(0, time?.Nanoseconds ?? EventTime.FromUnixMilliseconds(timestampMs).Nanoseconds),
            headers.Length > 0 ? HeadersOf(headers) : RecordPlaces.Headers(TypeOf(cells, path), time));
    }

    private byte[]? KeyOf(IReadOnlyList<string> cells)
    {
        if (Cell(cells, MediaRow.KeyColumn) is not { Length: > 0 } key)
        {
            return Cell(cells, MediaRow.EntityColumn, _map.Entity) is { Length: > 0 } entity
                ? Encoding.UTF8.GetBytes(entity)
                : throw Wrong(MediaRow.EntityColumn, "", $"an entity, or in {MediaRow.KeyColumn} the key as JSON, such as null");
        }

        using JsonDocument json = Json(MediaRow.KeyColumn, key);
        return BytesJson.Read(json.RootElement, MediaRow.KeyColumn);
    }

    private string? TypeOf(IReadOnlyList<string> cells, string path)
    {
        if (Cell(cells, MediaRow.TypeColumn) is { Length: > 0 } stated) return stated;
        return path.Length == 0 ? null : MediaTypes.Of(path) ?? throw new FormatException(
            $"path is '{path}', expected one of the extensions {MediaTypes.Extensions}, or a column {MediaRow.TypeColumn}");
    }

    private long? Number(IReadOnlyList<string> cells, string column, long least, long most = long.MaxValue)
    {
        if (Cell(cells, column) is not { Length: > 0 } text) return null;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) && number >= least && number <= most
            ? number
            : throw Wrong(column, text, $"a whole number{(least == 0 ? " from 0" : "")}");
    }

    private string Cell(IReadOnlyList<string> cells, string column, string? otherwise = null)
        => _columns.TryGetValue(column, out int at) && cells[at] is { Length: > 0 } cell ? cell : otherwise ?? "";

    private static TimestampKind KindOf(string cell)
    {
        if (cell.Length == 0) return TimestampKind.CreateTime;
        return Enum.TryParse(cell, out TimestampKind kind) && Enum.IsDefined(kind)
            ? kind
            : throw Wrong(MediaRow.KindColumn, cell, $"one of {string.Join(", ", Enum.GetNames<TimestampKind>())}");
    }

    private static IReadOnlyList<KeyValuePair<string, byte[]?>> HeadersOf(string cell)
    {
        using JsonDocument json = Json(MediaRow.HeadersColumn, cell);
        return BytesJson.ReadHeaders(json.RootElement);
    }

    private static JsonDocument Json(string column, string cell)
    {
        try
        {
            return JsonDocument.Parse(cell);
        }
        catch (JsonException)
        {
            throw Wrong(column, cell, "JSON");
        }
    }

    private static FormatException Missing(string column, IReadOnlyList<string> names)
        => new($"has no column {column}; its columns are {string.Join(", ", names)}");

    private static FormatException Wrong(string column, string found, string expected) => new($"{column} is '{found}', expected {expected}");
}
