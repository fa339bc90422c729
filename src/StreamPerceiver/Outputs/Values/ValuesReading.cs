using System.Text.Json;

namespace StreamPerceiver.Outputs.Values;

/// <summary>The numbers of a regression, with names and units where the model has them.</summary>
/// <param name="Name">The model output.</param>
/// <param name="Of">Sizes, names and units.</param>
/// <param name="Values">The numbers, the last axis fastest.</param>
public sealed record ValuesReading(string Name, OutputShape Of, IReadOnlyList<float> Values) : OutputReading(Name)
{
    internal override void WriteMembers(Utf8JsonWriter json)
    {
        WriteList(json, "shape", Of.Sizes, (writer, size) => writer.WriteNumberValue(size));
        WriteNumbers(json, "values", Values);
        if (Of is not ValuesShape named) return;
        if (named.Names is { } names) WriteList(json, "names", names, (writer, name) => writer.WriteStringValue(name));
        if (named.Units is { } units) WriteList(json, "units", units, (writer, unit) => writer.WriteStringValue(unit));
    }
}
