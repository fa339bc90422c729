using System.Text.Json;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Training;

/// <summary>Reads labels from their parts: an entity, two times, an output and a value, as text or JSON.</summary>
/// <param name="note">Receives how times were read that are numbers.</param>
internal sealed class LabelFields(Action<string> note)
{
    /// <summary>The names of the parts.</summary>
    public static readonly IReadOnlyList<string> Names = ["entity", "from", "to", "output", "value"];

    private readonly RowTimes _times = new("from", null, note);

    /// <summary>Reads a label from JSON.</summary>
    /// <param name="place">Where it is, for messages.</param>
    /// <param name="item">The object.</param>
    /// <exception cref="TrainingException">It is none.</exception>
    public LabelInterval Read(string place, JsonElement item)
    {
        Dictionary<string, string?> fields = FieldsOf(place, item);
        return Read(place, [.. Names.Select(fields.GetValueOrDefault)]);
    }

    /// <summary>Reads a label from the texts of its parts.</summary>
    /// <param name="place">Where it is, for messages.</param>
    /// <param name="fields">The parts in the order of <see cref="Names"/>.</param>
    /// <exception cref="TrainingException">It is none.</exception>
    public LabelInterval Read(string place, IReadOnlyList<string?> fields)
    {
        int missing = Enumerable.Range(0, Names.Count).Where(i => string.IsNullOrEmpty(fields[i])).DefaultIfEmpty(-1).First();
        if (missing >= 0) throw new TrainingException($"{place}: {Names[missing]} is missing");
        EventTime from = Time(place, 1, fields), to = Time(place, 2, fields);
        if (to <= from) throw new TrainingException($"{place}: to is {fields[2]}, expected a time after {fields[1]}");
        return new LabelInterval(fields[0]!, from, to, fields[3]!, fields[4]!);
    }

    /// <summary>Reads the texts of an object's parts. A value may be a number, or an array of numbers.</summary>
    /// <exception cref="TrainingException">It is no object, or has other parts.</exception>
    public static Dictionary<string, string?> FieldsOf(string place, JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object) throw new TrainingException($"{place} is {item.GetRawText()}, expected an object of a label");
        if (item.EnumerateObject().Select(p => p.Name).FirstOrDefault(n => !Names.Contains(n)) is { } unknown)
            throw new TrainingException($"{place}: '{unknown}' is not known, expected {string.Join(", ", Names)}");
        return item.EnumerateObject().ToDictionary(p => p.Name, p => Text(p.Value), StringComparer.Ordinal);
    }

    /// <summary>Reads JSON.</summary>
    /// <exception cref="TrainingException">It is none.</exception>
    public static T Parse<T>(string place, byte[] json, Func<JsonElement, T> read)
    {
        try
        {
            using JsonDocument document = StrictJson.Parse(json);
            return read(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new TrainingException($"{place}: {e.Message}", e);
        }
    }

    /// <summary>Reads a time: RFC 3339, or a number since 1970 whose unit its size tells.</summary>
    private EventTime Time(string place, int field, IReadOnlyList<string?> fields)
    {
        try
        {
            return _times.Read(fields[field]!);
        }
        catch (FormatException)
        {
            throw new TrainingException($"{place}: {Names[field]} is '{fields[field]}', expected {TimeText.Expected(_times.Format ?? TimeFormat.Rfc3339)}");
        }
    }

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Array => string.Join(' ', value.EnumerateArray().Select(v => v.GetRawText())),
        _ => value.GetRawText(),
    };
}
