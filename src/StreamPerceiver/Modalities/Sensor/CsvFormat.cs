using System.Text.Json.Nodes;

namespace StreamPerceiver.Modalities.Sensor;

/// <summary>How lines of CSV are written.</summary>
/// <param name="Separator">The character between cells (default: a comma).</param>
/// <param name="DecimalMark">The character before the fraction of a number (default: a point).</param>
/// <param name="HasHeader">Whether the first line has the names of the columns; otherwise they are the channels (default: yes).</param>
public sealed record CsvFormat(char Separator = ',', char DecimalMark = '.', bool HasHeader = true)
{
    private static readonly Dictionary<string, char> Separators = new(StringComparer.Ordinal)
    {
        ["comma"] = ',',
        ["semicolon"] = ';',
        ["tab"] = '\t',
        ["pipe"] = '|',
        ["space"] = ' ',
    };

    /// <summary>Reads the option <c>csv</c> of an input's section.</summary>
    internal static CsvFormat Read(InputSection section) => section.Json["csv"] is not JsonObject csv ? new CsvFormat() : new CsvFormat(
        Separators[(string?)csv["separator"] ?? "comma"],
        (string?)csv["decimal"] == "comma" ? ',' : '.',
        (bool?)csv["header"] ?? true);
}
