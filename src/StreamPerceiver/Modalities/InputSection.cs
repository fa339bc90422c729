using System.Text.Json.Nodes;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities;

/// <summary>An input's section of the pipeline file. The section conforms to the schema, so a required key is present and has its type.</summary>
/// <param name="Name">The input's name.</param>
/// <param name="Json">The section.</param>
/// <param name="WindowNs">Length of the pipeline's windows, in nanoseconds.</param>
/// <param name="Folder">The folder of the pipeline file, to which paths in the section are relative.</param>
internal sealed record InputSection(string Name, JsonObject Json, long WindowNs, string Folder)
{
    /// <summary>The topic that the input is read from.</summary>
    public string Topic => RequiredText("topic");

    /// <summary>Whether a window without the input is skipped (default: false).</summary>
    public bool Required => Flag("required");

    /// <summary>Reads true or false; false where the key is missing.</summary>
    public bool Flag(string key) => Json[key]?.GetValue<bool>() ?? false;

    /// <summary>Reads a text, or null where the key is missing.</summary>
    public string? Text(string key) => Json[key]?.GetValue<string>();

    /// <summary>Reads a text whose key is required.</summary>
    public string RequiredText(string key) => Json[key]!.GetValue<string>();

    /// <summary>Reads a list of texts whose key is required.</summary>
    public string[] Names(string key) => [.. Json[key]!.AsArray().Select(n => n!.GetValue<string>())];

    /// <summary>Reads a whole number whose key is required.</summary>
    public int Number(string key) => (int)Json[key]!.GetValue<double>();

    /// <summary>Reads a number whose key is required.</summary>
    public double Real(string key) => Json[key]!.GetValue<double>();

    /// <summary>Reads a whole number, or null where the key is missing.</summary>
    public int? OptionalNumber(string key) => (int?)Json[key]?.GetValue<double>();

    /// <summary>Reads a list of whole numbers, or null where the key is missing.</summary>
    public int[]? Numbers(string key) => Json[key]?.AsArray().Select(n => (int)n!.GetValue<double>()).ToArray();

    /// <summary>Reads milliseconds as nanoseconds, or null where the key is missing.</summary>
    public long? Nanoseconds(string key) => Nanoseconds(Json, key);

    /// <summary>Reads milliseconds of an object as nanoseconds, or null where the key is missing.</summary>
    public static long? Nanoseconds(JsonObject json, string key)
        => json[key] is { } ms ? (long)Math.Round(ms.GetValue<double>() * EventTime.PerMillisecond) : null;
}
