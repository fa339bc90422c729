using System.Text.Json;

namespace StreamPerceiver.Outputs;

/// <summary>What a prediction publishes of one output. Each kind of output has its own.</summary>
/// <param name="Name">The model output.</param>
public abstract record OutputReading(string Name)
{
    /// <summary>Writes the members of the output's object in the prediction, as <c>pipelines/prediction.schema.json</c> has them.</summary>
    internal abstract void WriteMembers(Utf8JsonWriter json);
}
