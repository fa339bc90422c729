using System.Globalization;
using System.Text.RegularExpressions;

namespace StreamPerceiver.Formats;

/// <summary>The header of a .npy file: a Python dictionary of descr, fortran_order and shape.</summary>
public static partial class NpyHeader
{
    private const string Pair = @"\s*'(?<key>\w+)'\s*:\s*(?<value>'[^']*'|\[[^\]]*\]|True|False|\([\s\d,]*\))\s*";

    // As in NumPy 2.
    private const int MostAxes = 64;

    private const int MostShown = 200;

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
        ["<u2"] = NpyType.U16,
        ["<u4"] = NpyType.U32,
        ["<u8"] = NpyType.U64,
    };

    /// <summary>The types that are supported, for messages.</summary>
    public static string TypeNames => string.Join(", ", Types.Keys);

    /// <summary>The type that NumPy calls so; null for any other.</summary>
    public static NpyType? TypeOf(string descr) => Types.TryGetValue(descr, out NpyType type) ? type : null;

    /// <summary>What NumPy calls a type.</summary>
    public static string NameOf(NpyType type) => Types.Single(t => t.Value == type).Key;

    /// <exception cref="InvalidDataException">What is wrong with the header.</exception>
    internal static (NpyType Type, bool BigEndian, bool ColumnMajor, long[] Shape) Parse(string header)
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
            throw new InvalidDataException($"its header is {Shown(header.Trim())}: expected {{'descr': ..., 'fortran_order': ..., 'shape': (...)}}");
        string name = descr.Trim('\'');
        NpyType type = TypeOf(name) ?? TypeOf(Swapped(name))
            ?? throw new InvalidDataException($"holds elements of type {Shown(descr)}: expected one of {TypeNames}, or > for <");
        long[] sizes = [.. Sizes().Matches(shape)
            .Select(m => long.TryParse(m.Value, NumberStyles.None, CultureInfo.InvariantCulture, out long size) ? size : long.MaxValue)];
        if (sizes.Length > MostAxes) throw new InvalidDataException($"has {sizes.Length} axes: expected at most {MostAxes}");
        return (type, name[0] == '>', order == "True", sizes);
    }

    // Other writers than NumPy also give an order where an element is one byte.
    private static string Swapped(string name) => name switch
    {
        ['>', _, '1'] or ['<', _, '1'] => $"|{name[1..]}",
        ['>', ..] => $"<{name[1..]}",
        _ => name,
    };

    private static string Shown(string text) => text.Length <= MostShown ? text : $"{text[..MostShown]}...";

    internal static string Format(NpyType type, IReadOnlyList<long> shape)
    {
        string descr = NameOf(type);
        string sizes = string.Concat(shape.Select((size, i) => i == 0 ? $"{size}," : $" {size},"));

        // As NumPy prints a tuple: a comma at the end only where there is one number.
        return $"{{'descr': '{descr}', 'fortran_order': False, 'shape': ({(shape.Count > 1 ? sizes[..^1] : sizes)}), }}";
    }

    [GeneratedRegex(@"^\s*\{" + Pair + "," + Pair + "," + Pair + @"(?:,\s*)?\}\s*$", RegexOptions.ExplicitCapture)]
    private static partial Regex Dictionary();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Sizes();
}
