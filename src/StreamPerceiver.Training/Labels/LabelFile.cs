using System.Text.Json;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Training;

/// <summary>
/// Reads labels from a file: CSV with the columns entity, from, to, output, value in its first line, or JSON, an array of such objects or one a line.
/// Times are RFC 3339.
/// </summary>
public static class LabelFile
{
    private static readonly string[] Columns = ["entity", "from", "to", "output", "value"];

    /// <summary>Reads the labels of a file, by its ending: <c>.csv</c>, <c>.json</c> or <c>.jsonl</c>.</summary>
    /// <exception cref="TrainingException">Names the file, the line or item, what is there and what is expected.</exception>
    public static IReadOnlyList<LabelInterval> Read(string path)
    {
        try
        {
            return Path.GetExtension(path).ToLowerInvariant() switch
            {
                ".csv" => ReadCsv(path, File.ReadAllLines(path)),
                ".jsonl" => [.. File.ReadLines(path).Index().Where(l => l.Item.Length > 0).Select(l => ReadItem($"{path}: line {l.Index + 1}", l.Item))],
                ".json" => ReadArray(path),
                _ => throw new TrainingException($"{path}: expected a file of labels that ends with .csv, .json or .jsonl"),
            };
        }
        catch (IOException e)
        {
            throw new TrainingException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Reads one label in JSON.</summary>
    /// <param name="place">Where it is, for messages.</param>
    /// <param name="json">The object.</param>
    /// <exception cref="TrainingException">It is none.</exception>
    public static LabelInterval ReadItem(string place, string json)
    {
        try
        {
            using JsonDocument document = StrictJson.Parse(System.Text.Encoding.UTF8.GetBytes(json));
            return ReadItem(place, document.RootElement);
        }
        catch (JsonException e)
        {
            throw new TrainingException($"{place}: {e.Message}", e);
        }
    }

    private static LabelInterval[] ReadArray(string path)
    {
        try
        {
            using JsonDocument document = StrictJson.Parse(File.ReadAllBytes(path));
            if (document.RootElement.ValueKind != JsonValueKind.Array) throw new TrainingException($"{path}: expected an array of labels");
            return [.. document.RootElement.EnumerateArray().Select((item, i) => ReadItem($"{path}: item {i}", item))];
        }
        catch (JsonException e)
        {
            throw new TrainingException($"{path}: {e.Message}", e);
        }
    }

    private static LabelInterval ReadItem(string place, JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object) throw new TrainingException($"{place} is {item.GetRawText()}, expected an object of a label");
        if (item.EnumerateObject().Select(p => p.Name).FirstOrDefault(n => !Columns.Contains(n)) is { } unknown)
            throw new TrainingException($"{place}: '{unknown}' is not known, expected {string.Join(", ", Columns)}");
        return Make(place, [.. Columns.Select(c => item.TryGetProperty(c, out JsonElement v) ? Text(v) : null)]);
    }

    // Numbers may stand as such, and in an array.
    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Array => string.Join(' ', value.EnumerateArray().Select(v => v.GetRawText())),
        _ => value.GetRawText(),
    };

    private static LabelInterval[] ReadCsv(string path, string[] lines)
    {
        string[] header = lines.Length == 0 ? [] : [.. lines[0].Split(',').Select(c => c.Trim())];
        if (!header.Order(StringComparer.Ordinal).SequenceEqual(Columns.Order(StringComparer.Ordinal)))
            throw new TrainingException($"{path}: line 1 is '{string.Join(',', header)}', expected the columns {string.Join(",", Columns)}");
        int[] places = [.. Columns.Select(c => Array.IndexOf(header, c))];
        return
        [
            .. lines.Index().Skip(1).Where(l => l.Item.Trim().Length > 0).Select(l =>
            {
                string[] fields = l.Item.Split(',');
                if (fields.Length != header.Length)
                    throw new TrainingException($"{path}: line {l.Index + 1} has {fields.Length} fields, expected {header.Length}");
                return Make($"{path}: line {l.Index + 1}", [.. places.Select(p => fields[p].Trim())]);
            }),
        ];
    }

    private static LabelInterval Make(string place, string?[] fields)
    {
        int missing = Array.FindIndex(fields, string.IsNullOrEmpty);
        if (missing >= 0) throw new TrainingException($"{place}: {Columns[missing]} is missing");
        EventTime from = Time(1), to = Time(2);
        if (to <= from) throw new TrainingException($"{place}: to is {fields[2]}, expected a time after {fields[1]}");
        return new LabelInterval(fields[0]!, from, to, fields[3]!, fields[4]!);

        EventTime Time(int column) => EventTime.TryParse(fields[column]!, out EventTime time)
            ? time
            : throw new TrainingException($"{place}: {Columns[column]} is '{fields[column]}', expected an RFC 3339 time");
    }
}
