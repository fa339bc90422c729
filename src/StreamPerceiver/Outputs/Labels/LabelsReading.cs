using System.Text.Json;

namespace StreamPerceiver.Outputs.Labels;

/// <summary>The likeliest labels, with their probabilities.</summary>
/// <param name="Name">The model output.</param>
/// <param name="Labels">The likeliest first; none where none reaches its threshold.</param>
public sealed record LabelsReading(string Name, IReadOnlyList<(string Label, float Probability)> Labels) : OutputReading(Name)
{
    internal override void WriteMembers(Utf8JsonWriter json) => WriteObjects(json, "labels", Labels, (writer, scored) =>
    {
        writer.WriteString("label", scored.Label);
        writer.WriteNumber("probability", scored.Probability);
    });
}
