using System.Text.Json;

namespace StreamPerceiver.Outputs.Dense;

/// <summary>The records of an output with a topic of its own. The prediction has where they are, and what they are.</summary>
/// <param name="Name">The model output.</param>
/// <param name="Topic">The topic of the records.</param>
/// <param name="ContentType">Their content type.</param>
/// <param name="Shape">Sizes of the array that they hold together, the last one fastest.</param>
/// <param name="Payloads">The records.</param>
public sealed record DenseReading(string Name, string Topic, string ContentType, IReadOnlyList<int> Shape, IReadOnlyList<OutputPayload> Payloads)
    : OutputReading(Name)
{
    /// <inheritdoc/>
    public override OutputRecords? Records => new(Topic, ContentType, Payloads);

    internal override void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("topic", Topic);
        json.WriteString("contentType", ContentType);
        WriteList(json, "shape", Shape, (writer, size) => writer.WriteNumberValue(size));
        json.WriteNumber("records", Payloads.Count);
    }
}
