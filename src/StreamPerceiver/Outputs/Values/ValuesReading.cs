using System.Text.Json;

namespace StreamPerceiver.Outputs.Values;

/// <summary>The numbers of a regression, with names and units where the model has them.</summary>
/// <param name="Name">The model output.</param>
/// <param name="Of">Shape, names and units.</param>
/// <param name="Values">The numbers, the last axis fastest.</param>
public sealed record ValuesReading(string Name, ValuesShape Of, IReadOnlyList<float> Values) : OutputReading(Name)
{
    internal override void WriteMembers(Utf8JsonWriter json)
    {
        Write("shape", Of.Shape, (size, writer) => writer.WriteNumberValue(size));
        Write("values", Values, (value, writer) => writer.WriteNumberValue(value));
        if (Of.Names is { } names) Write("names", names, (name, writer) => writer.WriteStringValue(name));
        if (Of.Units is { } units) Write("units", units, (unit, writer) => writer.WriteStringValue(unit));

        void Write<T>(string key, IReadOnlyList<T> items, Action<T, Utf8JsonWriter> write)
        {
            json.WriteStartArray(key);
            foreach (T item in items) write(item, json);
            json.WriteEndArray();
        }
    }
}
