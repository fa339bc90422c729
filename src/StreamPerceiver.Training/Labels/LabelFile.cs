using System.Text;
using System.Text.Json;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Training;

/// <summary>
/// Reads labels from a file: CSV (RFC 4180) with the columns entity, from, to, output, value in its first line, or JSON, an array of such objects or one a
/// line. Times are RFC 3339, or numbers since 1970 whose unit the first one's size tells.
/// </summary>
public static class LabelFile
{
    /// <summary>Reads the labels of a file, by its ending: <c>.csv</c>, <c>.json</c> or <c>.jsonl</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="note">Receives, in a line, how times were read that are numbers.</param>
    /// <exception cref="TrainingException">Names the file, the line or item, what is there and what is expected.</exception>
    public static IReadOnlyList<LabelInterval> Read(string path, Action<string> note)
    {
        var fields = new LabelFields(line => note($"{path}: {line}"));
        try
        {
            return Path.GetExtension(path).ToLowerInvariant() switch
            {
                ".csv" => ReadCsv(path, fields),
                ".jsonl" => [.. File.ReadLines(path).Index().Where(l => l.Item.Length > 0).Select(l => ReadLine(path, l.Index + 1, l.Item, fields))],
                ".json" => LabelFields.Parse(path, File.ReadAllBytes(path), root => ReadArray(path, root, fields)),
                _ => throw new TrainingException($"{path}: expected a file of labels that ends with .csv, .json or .jsonl"),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"{path}: {e.Message}", e);
        }
    }

    private static LabelInterval ReadLine(string path, int number, string line, LabelFields fields)
    {
        string place = $"{path}: line {number}";
        return LabelFields.Parse(place, Encoding.UTF8.GetBytes(line), item => fields.Read(place, item));
    }

    private static LabelInterval[] ReadArray(string path, JsonElement root, LabelFields fields) => root.ValueKind == JsonValueKind.Array
        ? [.. root.EnumerateArray().Select((item, i) => fields.Read($"{path}: item {i}", item))]
        : throw new TrainingException($"{path}: expected an array of labels");

    private static List<LabelInterval> ReadCsv(string path, LabelFields fields)
    {
        using var reader = new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
        CsvTable? table = null;
        try
        {
            table = new CsvTable(reader);
            if (!table.Names.Order(StringComparer.Ordinal).SequenceEqual(LabelFields.Names.Order(StringComparer.Ordinal)))
            {
                throw new TrainingException(
                    $"{path}: line 1 is '{string.Join(',', table.Names)}', expected the columns {string.Join(",", LabelFields.Names)}");
            }

            int[] places = [.. LabelFields.Names.Select(name => table.Names.ToList().IndexOf(name))];
            List<LabelInterval> labels = [];
            while (table.Read() is { } cells) labels.Add(fields.Read($"{path}: line {table.Line}", [.. places.Select(p => cells[p].Trim())]));
            return labels;
        }
        catch (Exception e) when (e is FormatException or DecoderFallbackException)
        {
            throw new TrainingException($"{path}: line {table?.Line ?? 1}: {e.Message}", e);
        }
    }
}
