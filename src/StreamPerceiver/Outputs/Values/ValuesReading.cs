using System.Text.Json;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Outputs.Values;

/// <summary>The numbers of a regression, with names and units where the model has them.</summary>
/// <param name="Name">The model output.</param>
/// <param name="Of">Sizes, names and units.</param>
/// <param name="Values">The numbers, the last axis fastest.</param>
public sealed record ValuesReading(string Name, OutputShape Of, IReadOnlyList<float> Values) : OutputReading(Name)
{
    /// <summary>The window's end and the nanoseconds between future steps, where the rows are such steps; null (default) where they are not.</summary>
    public (EventTime End, long StepNs)? Steps { get; init; }

    internal override void WriteMembers(Utf8JsonWriter json)
    {
        if (Steps is { } steps)
        {
            WriteObjects(json, "series", [.. Values.Chunk(Of.Sizes[^1]).Index()], (writer, row) =>
            {
                writer.WriteString("time", (steps.End + ((row.Index + 1) * steps.StepNs)).ToString());
                WriteNumbers(writer, "values", row.Item);
            });
        }
        else
        {
            WriteList(json, "shape", Of.Sizes, (writer, size) => writer.WriteNumberValue(size));
            WriteNumbers(json, "values", Values);
        }

        if (Of is not ValuesShape named) return;
        if (named.Names is { } names) WriteList(json, "names", names, (writer, name) => writer.WriteStringValue(name));
        if (named.Units is { } units) WriteList(json, "units", units, (writer, unit) => writer.WriteStringValue(unit));
    }
}
