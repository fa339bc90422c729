using System.Text.Json;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;

namespace StreamPerceiver.Ingest;

/// <summary>
/// The inputs that read one topic. Where several do, or one takes a part of it, a header or a field of each record decides: the record belongs to the first
/// input whose <c>where</c> it meets, or to none.
/// </summary>
/// <param name="topic">The topic.</param>
/// <param name="inputs">The indexes of its inputs in the pipeline, in their order, with what each of them takes.</param>
/// <param name="isTable">Whether the topic is a table.</param>
internal sealed class TopicInputs(string topic, IReadOnlyList<(int Input, Where? Where)> inputs, bool isTable = false)
{
    private readonly string[] _fields = [.. inputs.Select(i => i.Where?.Field).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>The topic.</summary>
    public string Topic { get; } = topic;

    /// <summary>Whether the topic is a table. It is read from its beginning at every start, and no other topic is read before it.</summary>
    public bool IsTable { get; } = isTable;

    /// <summary>The indexes of the inputs in the pipeline.</summary>
    public IReadOnlyList<int> Inputs { get; } = [.. inputs.Select(i => i.Input)];

    /// <summary>Whether a record may belong to none of the inputs.</summary>
    public bool IsDivided { get; } = inputs.Any(i => i.Where is not null);

    /// <summary>Groups the inputs of a pipeline by topic, in the order of the first input of each.</summary>
    public static IReadOnlyList<TopicInputs> Of(IReadOnlyList<InputSpec> inputs)
        => [.. inputs.Select((spec, i) => (Spec: spec, Index: i)).GroupBy(x => x.Spec.Topic, StringComparer.Ordinal)
            .Select(g => new TopicInputs(g.Key, [.. g.Select(x => (x.Index, x.Spec.Where))], g.First().Spec.IsTable))];

    /// <summary>Finds the place among <see cref="Inputs"/> of the input that a record belongs to; -1: it belongs to none.</summary>
    /// <param name="record">The record.</param>
    /// <param name="problem">Why that cannot be known; null where it is known.</param>
    public int PlaceOf(SourceRecord record, out string? problem)
    {
        problem = null;
        if (!IsDivided) return 0;
        string?[] texts = _fields.Length == 0 ? [] : new string?[_fields.Length];
        try
        {
            for (int f = 0; f < texts.Length; f++) texts[f] = JsonField.FindText(record.Value, _fields[f]);
        }
        catch (JsonException e)
        {
            problem = $"the value is not JSON, expected an object with {string.Join(", ", _fields)}: {e.Message}";
        }

        for (int i = 0; i < inputs.Count; i++)
        {
            Where? where = inputs[i].Where;
            bool isTaken = where is null
                || (where.Header is { } header && record.Header(header) == where.Is)
                || (where.Field is { } field && problem is null && texts[Array.IndexOf(_fields, field)] == where.Is);
            if (!isTaken) continue;
            problem = null;
            return i;
        }

        return -1;
    }
}
