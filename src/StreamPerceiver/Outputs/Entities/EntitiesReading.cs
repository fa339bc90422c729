using System.Text.Json;

namespace StreamPerceiver.Outputs.Entities;

/// <summary>The answers for the elements of a set.</summary>
/// <param name="Name">The model output.</param>
/// <param name="AreEmbeddings">Whether the numbers of an element are an embedding; otherwise they are values.</param>
/// <param name="Answers">In the order of the set; none for empty slots.</param>
public sealed record EntitiesReading(string Name, bool AreEmbeddings, IReadOnlyList<EntityAnswer> Answers) : OutputReading(Name)
{
    internal override void WriteMembers(Utf8JsonWriter json) => WriteObjects(json, "entities", Answers, (writer, answer) =>
    {
        writer.WriteNumber("slot", answer.Slot);
        if (answer.Id is { } id) writer.WriteString("id", id);
        WriteNumbers(writer, AreEmbeddings ? "embedding" : "values", answer.Numbers);
    });
}
