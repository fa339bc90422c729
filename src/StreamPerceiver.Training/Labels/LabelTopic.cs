using System.Text.Json;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Training;

/// <summary>A record of a topic of labels.</summary>
/// <param name="Place">Where it is, for messages.</param>
/// <param name="Entity">The entity, by its key.</param>
/// <param name="Time">Its event time.</param>
/// <param name="Value">Its value: JSON.</param>
public sealed record LabelRecord(string Place, string Entity, EventTime Time, byte[] Value);

/// <summary>
/// Reads labels from the records of a topic. A value with from and to is true for that time. One without is true from the record's event time until the next
/// such record of the entity and output. With the value null, no label is known from then on.
/// </summary>
public static class LabelTopic
{
    /// <summary>Reads the labels of records.</summary>
    /// <param name="records">The records, in any order.</param>
    /// <param name="note">Receives, in a line, how times were read that are numbers.</param>
    /// <exception cref="TrainingException">Names the record, what is there and what is expected.</exception>
    public static IReadOnlyList<LabelInterval> Read(IEnumerable<LabelRecord> records, Action<string> note)
    {
        var fields = new LabelFields(note);
        List<LabelInterval> labels = [];
        List<(string Entity, EventTime From, string Output, string? Value)> beginnings = [];
        foreach (LabelRecord record in records)
        {
            Dictionary<string, string?> parts = LabelFields.Parse(record.Place, record.Value, item => PartsOf(record.Place, item));
            if (parts.ContainsKey("from") || parts.ContainsKey("to"))
            {
                parts["entity"] = record.Entity;
                labels.Add(fields.Read(record.Place, [.. LabelFields.Names.Select(parts.GetValueOrDefault)]));
            }
            else if (parts.GetValueOrDefault("output") is { Length: > 0 } output && parts.TryGetValue("value", out string? value))
            {
                beginnings.Add((record.Entity, record.Time, output, value));
            }
            else
            {
                throw new TrainingException($"{record.Place}: has {string.Join(", ", parts.Keys)}, expected output and value, and from and to or none of them");
            }
        }

        foreach (var course in beginnings.GroupBy(b => (b.Entity, b.Output)))
        {
            (string Entity, EventTime From, string Output, string? Value)[] ordered = [.. course.OrderBy(b => b.From)];
            for (int i = 0; i < ordered.Length; i++)
            {
                EventTime to = i + 1 < ordered.Length ? ordered[i + 1].From : new EventTime(long.MaxValue);
                if (ordered[i].Value is { } value && ordered[i].From < to)
                    labels.Add(new LabelInterval(ordered[i].Entity, ordered[i].From, to, ordered[i].Output, value));
            }
        }

        return labels;
    }

    private static Dictionary<string, string?> PartsOf(string place, JsonElement item)
    {
        Dictionary<string, string?> parts = LabelFields.FieldsOf(place, item);
        return parts.ContainsKey("entity") ? throw new TrainingException($"{place}: has an entity, expected it in the record's key alone") : parts;
    }
}
