using System.Globalization;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Modalities.Set;

/// <summary>The header of a PLY file (Stanford's polygon format 1.0).</summary>
/// <param name="Format">How the elements are stored: <c>ascii</c>, <c>binary_little_endian</c> or <c>binary_big_endian</c>.</param>
/// <param name="Before">The elements before the points, which have to be passed over.</param>
/// <param name="Vertex">The points.</param>
/// <param name="Length">The bytes of the header.</param>
internal sealed record PlyHeader(string Format, IReadOnlyList<PlyElement> Before, PlyElement Vertex, int Length)
{
    /// <summary>Whether numbers are big-endian.</summary>
    public bool BigEndian => Format == "binary_big_endian";

    /// <summary>Whether the elements are lines of text.</summary>
    public bool IsText => Format == "ascii";

    /// <summary>Returns whether a payload begins as a PLY file does.</summary>
    public static bool IsAt(ReadOnlySpan<byte> payload) => payload.StartsWith("ply"u8);

    /// <summary>Reads the header of a payload.</summary>
    /// <exception cref="BadPayloadException">The payload has no such header, no points, or too many.</exception>
    public static PlyHeader Read(ReadOnlySpan<byte> payload)
    {
        var lines = new HeaderLines(payload);
        if (!IsAt(payload) || lines.ReadWords() is not ["ply"]) throw Bad("the payload is no PLY file: its first line is not ply");
        string? format = null;
        List<PlyElement> elements = [];
        for (bool ends = false; !ends;)
        {
            string[] words = lines.ReadWords();
            switch (words)
            {
                case [] or ["comment" or "obj_info", ..]:
                    break;
                case ["format", "ascii" or "binary_little_endian" or "binary_big_endian", "1.0"]:
                    format = words[1];
                    break;
                case ["element", var name, var count]:
                    elements.Add(new PlyElement(name, Count(count, name), []));
                    break;
                case ["property", "list", var count, var type, var name] when elements.Count > 0:
                    elements[^1].Properties.Add(new PlyProperty(name, ReadType(type), ReadCountType(count)));
                    break;
                case ["property", var type, var name] when elements.Count > 0:
                    elements[^1].Properties.Add(new PlyProperty(name, ReadType(type), null));
                    break;
                case ["end_header"]:
                    ends = true;
                    break;
                default:
                    string line = JsonProblem.Shorten(string.Join(' ', words));
                    throw Bad($"the header has the line '{line}', expected format, element, property, comment or end_header of PLY 1.0");
            }
        }

        int vertex = elements.FindIndex(e => e.Name == "vertex");
        if (vertex < 0) throw Bad($"the file has no element vertex, only {JsonProblem.Shorten(string.Join(", ", elements.Select(e => e.Name)))}");
        SetSpec.CheckPoints(elements[vertex].Count);
        return new PlyHeader(format ?? throw Bad("the header has no format"), elements[..vertex], elements[vertex], lines.Length);
    }

    private static NumberType ReadCountType(string name) => ReadType(name) is var type and not (NumberType.Float32 or NumberType.Float64)
        ? type
        : throw Bad($"a list has a count of type {name}, expected an integer");

    private static NumberType ReadType(string name) => name switch
    {
        "char" or "int8" => NumberType.Int8,
        "uchar" or "uint8" => NumberType.UInt8,
        "short" or "int16" => NumberType.Int16,
        "ushort" or "uint16" => NumberType.UInt16,
        "int" or "int32" => NumberType.Int32,
        "uint" or "uint32" => NumberType.UInt32,
        "float" or "float32" => NumberType.Float32,
        "double" or "float64" => NumberType.Float64,
        _ => throw Bad($"a property is of type {JsonProblem.Shorten(name)}, expected char, uchar, short, ushort, int, uint, float, double, or int8 to float64"),
    };

    private static long Count(string text, string name) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long count)
        ? count
        : throw Bad($"element {JsonProblem.Shorten(name)} has the count {JsonProblem.Shorten(text)}, expected a whole number");

    private static BadPayloadException Bad(string message) => new(RejectionReason.Undecodable, message);
}

/// <summary>A kind of element of a PLY file, and how many of it there are.</summary>
/// <param name="Name">The name; <c>vertex</c> for points.</param>
/// <param name="Count">The number of elements.</param>
/// <param name="Properties">The properties of each, in their order.</param>
internal sealed record PlyElement(string Name, long Count, List<PlyProperty> Properties)
{
    /// <summary>The bytes of one element in a binary file; null where lists make them differ.</summary>
    public long? Bytes => Properties.Exists(p => p.CountType is not null) ? null : Properties.Sum(p => (long)p.Type.Size());
}

/// <summary>A property of an element: a number, or a list of numbers.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">How a number is stored.</param>
/// <param name="CountType">How the length of a list is stored; null where the property is one number.</param>
internal sealed record PlyProperty(string Name, NumberType Type, NumberType? CountType);
