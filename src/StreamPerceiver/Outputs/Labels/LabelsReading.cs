using System.Text.Json;

namespace StreamPerceiver.Outputs.Labels;

/// <summary>The likeliest labels, with their probabilities.</summary>
/// <param name="Name">The model output.</param>
/// <param name="Labels">The likeliest first.</param>
public sealed record LabelsReading(string Name, IReadOnlyList<(string Label, float Probability)> Labels) : OutputReading(Name)
{
    internal override void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteStartArray("labels");
        foreach ((string label, float probability) in Labels)
        {
            json.WriteStartObject();
            json.WriteString("label", label);
            json.WriteNumber("probability", probability);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
