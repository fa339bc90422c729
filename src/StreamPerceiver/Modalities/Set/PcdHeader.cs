using System.Globalization;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Modalities.Set;

/// <summary>The header of a file of the Point Cloud Library, of version 0.6 or 0.7.</summary>
/// <param name="Fields">The fields of a point, in their order.</param>
/// <param name="Points">The number of points, invalid ones included.</param>
/// <param name="Data">How the points are stored: <c>ascii</c>, <c>binary</c> or <c>binary_compressed</c>.</param>
/// <param name="Length">The bytes of the header.</param>
internal sealed record PcdHeader(IReadOnlyList<PcdField> Fields, int Points, string Data, int Length)
{
    /// <summary>The kind of data that is text.</summary>
    public const string Text = "ascii";

    /// <summary>The kind of data that is binary, compressed by LZF.</summary>
    public const string Compressed = "binary_compressed";

    private const int MostRowBytes = 1 << 20;

    /// <summary>The bytes of a point in binary data.</summary>
    public int RowBytes => Fields[^1].Offset + Fields[^1].Bytes;

    /// <summary>The bytes of all points before their compression.</summary>
    public long CompressedBytes => Points * Fields.Sum(f => f.CompressedBytes);

    /// <summary>The numbers of a point, which are words in text.</summary>
    public int Words => Fields[^1].Word + Fields[^1].Count;

    /// <summary>Returns whether a payload begins as a header does: with a comment or with its first entry.</summary>
    public static bool IsAt(ReadOnlySpan<byte> payload) => payload.StartsWith("#"u8) || payload.StartsWith("VERSION"u8);

    /// <summary>Reads the header of a payload.</summary>
    /// <exception cref="BadPayloadException">The payload has no such header, or too many points.</exception>
    public static PcdHeader Read(ReadOnlySpan<byte> payload)
    {
        if (!IsAt(payload)) throw Bad("the payload is no PCD file: it begins with neither # nor VERSION");
        var lines = new HeaderLines(payload);
        var entries = new Dictionary<string, string[]>(StringComparer.Ordinal);
        do
        {
            string[] words = lines.ReadWords();
            if (words.Length == 0 || words[0].StartsWith('#')) continue;
            if (!entries.TryAdd(words[0], words[1..])) throw Bad($"the header has {JsonProblem.Shorten(words[0])} twice");
        }
        while (!entries.ContainsKey("DATA"));

        string version = Word("VERSION"), data = Word("DATA");
        if (version is not (".6" or "0.6" or ".7" or "0.7")) throw Bad($"VERSION is {JsonProblem.Shorten(version)}, expected 0.6 or 0.7");
        if (data is not (Text or "binary" or Compressed)) throw Bad($"DATA is {JsonProblem.Shorten(data)}, expected ascii, binary or binary_compressed");
        long width = Count(Word("WIDTH"), "WIDTH"), height = Count(Word("HEIGHT"), "HEIGHT"), points = width * height;
        if (entries.ContainsKey("POINTS") && Count(Word("POINTS"), "POINTS") != points)
            throw Bad($"POINTS is {Word("POINTS")}, expected WIDTH * HEIGHT, {points}");
        SetSpec.CheckPoints(points);
        return new PcdHeader(ReadFields(Entry("FIELDS"), Entry("SIZE"), Entry("TYPE"), entries.GetValueOrDefault("COUNT")), (int)points, data, lines.Length);

        string[] Entry(string name) => entries.GetValueOrDefault(name) ?? throw Bad($"the header has no {name}");

        string Word(string name) => Entry(name) is [var word] ? word : throw Bad($"{name} has {Entry(name).Length} values, expected one");
    }

    private static List<PcdField> ReadFields(string[] names, string[] sizes, string[] types, string[]? counts)
    {
        if (names.Length == 0) throw Bad("FIELDS is empty, expected the names of the fields");
        int counted = counts?.Length ?? names.Length;
        if (sizes.Length != names.Length || types.Length != names.Length || counted != names.Length)
            throw Bad($"SIZE, TYPE and COUNT have {sizes.Length}, {types.Length} and {counted} values, expected one for each of {names.Length} FIELDS");
        List<PcdField> fields = [];
        long offset = 0;
        int word = 0;
        for (int i = 0; i < names.Length; i++)
        {
            int count = (int)Count(counts?[i] ?? "1", "COUNT", MostRowBytes);
            if (names[i] != "_" && Array.IndexOf(names, names[i]) < i) throw Bad($"FIELDS has {JsonProblem.Shorten(names[i])} twice");
            fields.Add(new PcdField(names[i], ReadType(names[i], types[i], sizes[i]), count, (int)offset, word));
            offset += fields[i].Bytes;
            word += count;
            if (offset > MostRowBytes)
                throw new BadPayloadException(RejectionReason.TooLarge, $"a point has more than {MostRowBytes} bytes, expected at most that");
        }

        return fields;
    }

    private static NumberType ReadType(string field, string type, string size) => (type, size) switch
    {
        ("I", "1") => NumberType.Int8,
        ("I", "2") => NumberType.Int16,
        ("I", "4") => NumberType.Int32,
        ("I", "8") => NumberType.Int64,
        ("U", "1") => NumberType.UInt8,
        ("U", "2") => NumberType.UInt16,
        ("U", "4") => NumberType.UInt32,
        ("U", "8") => NumberType.UInt64,
        ("F", "4") => NumberType.Float32,
        ("F", "8") => NumberType.Float64,
        _ => throw Bad(
            $"field {JsonProblem.Shorten(field)} is of TYPE {JsonProblem.Shorten(type)} and SIZE {JsonProblem.Shorten(size)}, "
            + "expected I or U of 1, 2, 4 or 8 bytes, or F of 4 or 8"),
    };

    private static long Count(string text, string name, int most = int.MaxValue)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count <= most
            ? count
            : throw Bad($"{name} is {JsonProblem.Shorten(text)}, expected a whole number from 0 to {most}");

    private static BadPayloadException Bad(string message) => new(RejectionReason.Undecodable, message);
}

/// <summary>A field of a point.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">How each of its numbers is stored.</param>
/// <param name="Count">The numbers of the field in a point.</param>
/// <param name="Offset">The bytes of the point before the field.</param>
/// <param name="Word">The numbers of the point before the field, which are words in text.</param>
internal sealed record PcdField(string Name, NumberType Type, int Count, int Offset, int Word)
{
    /// <summary>Whether the field is only there for alignment.</summary>
    public bool IsPadding => Name == "_";

    /// <summary>The bytes of the field in a point.</summary>
    public int Bytes => Count * Type.Size();

    /// <summary>The bytes of the field in a point of compressed data, which have no padding.</summary>
    public long CompressedBytes => IsPadding ? 0 : Bytes;
}
