using System.Text.Json.Nodes;

namespace StreamPerceiver.Outputs;

/// <summary>An output's section of the pipeline file. The schema has been checked before.</summary>
/// <param name="Name">The output.</param>
/// <param name="Json">The section.</param>
/// <param name="WindowNs">Length of the pipeline's window, in nanoseconds.</param>
internal sealed record OutputSection(string Name, JsonObject Json, long WindowNs)
{
    /// <summary>The kind of output, or null where the section has none.</summary>
    public string? Kind => Text("type");

    /// <summary>Reads a text, or null where the key is missing.</summary>
    public string? Text(string key) => Json[key]?.GetValue<string>();

    /// <summary>Reads true or false; false where the key is missing.</summary>
    public bool Flag(string key) => Json[key]?.GetValue<bool>() ?? false;

    /// <summary>Reads a whole number, or null where the key is missing.</summary>
    public int? Number(string key) => (int?)Json[key]?.GetValue<double>();
}
