using System.Globalization;
using System.Text.RegularExpressions;

namespace StreamPerceiver.Formats;

/// <summary>The header of a .npy file: a Python dictionary of descr, fortran_order and shape.</summary>
public static partial class NpyHeader
{
    private const string Pair = @"\s*'(?<key>\w+)'\s*:\s*(?<value>'[^']*'|\[[^\]]*\]|True|False|\([\s\d,]*\))\s*";

    private static readonly Dictionary<string, NpyType> Types = new(StringComparer.Ordinal)
    {
        ["<f2"] = NpyType.F16,
        ["<f4"] = NpyType.F32,
        ["<f8"] = NpyType.F64,
        ["|i1"] = NpyType.I8,
        ["|u1"] = NpyType.U8,
        ["<i2"] = NpyType.I16,
        ["<i4"] = NpyType.I32,
        ["<i8"] = NpyType.I64,
        ["|b1"] = NpyType.Bool,
    };

    /// <summary>The types that are supported, for messages.</summary>
    public static string TypeNames => string.Join(", ", Types.Keys);

    /// <summary>The type that NumPy calls so; null for any other.</summary>
    public static NpyType? TypeOf(string descr) => Types.TryGetValue(descr, out NpyType type) ? type : null;

    /// <exception cref="InvalidDataException">What is wrong with the header.</exception>
    internal static (NpyType Type, bool ColumnMajor, long[] Shape) Parse(string header)
    {
        Match match = Dictionary().Match(header);
        Dictionary<string, string> fields = new(StringComparer.Ordinal);
        if (match.Success)
        {
            foreach ((Capture key, Capture value) in match.Groups["key"].Captures.Zip(match.Groups["value"].Captures))
                fields[key.Value] = value.Value;
        }

        if (fields.Count != 3 || !fields.TryGetValue("descr", out string? descr) || !fields.TryGetValue("fortran_order", out string? order)
            || !fields.TryGetValue("shape", out string? shape) || order is not ("True" or "False") || shape[0] != '(')
            throw new InvalidDataException($"its header is {header.Trim()}: expected {{'descr': ..., 'fortran_order': ..., 'shape': (...)}}");
        NpyType type = TypeOf(descr.Trim('\'')) ?? throw new InvalidDataException($"holds elements of type {descr}: expected one of {TypeNames}");
        long[] sizes = [.. Sizes().Matches(shape)
            .Select(m => long.TryParse(m.Value, NumberStyles.None, CultureInfo.InvariantCulture, out long size) ? size : long.MaxValue)];
        return (type, order == "True", sizes);
    }

    internal static string Format(NpyType type, IReadOnlyList<long> shape)
    {
        string descr = Types.Single(t => t.Value == type).Key;
        string sizes = string.Concat(shape.Select((size, i) => i == 0 ? $"{size}," : $" {size},"));

        // As NumPy prints a tuple: a comma at the end only where there is one number.
        return $"{{'descr': '{descr}', 'fortran_order': False, 'shape': ({(shape.Count > 1 ? sizes[..^1] : sizes)}), }}";
    }

    [GeneratedRegex(@"^\s*\{" + Pair + "," + Pair + "," + Pair + @"(?:,\s*)?\}\s*$", RegexOptions.ExplicitCapture)]
    private static partial Regex Dictionary();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Sizes();
}
