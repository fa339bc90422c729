using System.Text.Json;

namespace StreamPerceiver.Schemas.Avro;

/// <summary>Reads Avro schemas in JSON, as Avro 1.12 specifies them. Aliases and defaults are passed over: a payload is read by its writer's schema.</summary>
internal sealed class AvroSchemaReader
{
    private const int MostBytes = 1 << 20;
    private const int MostDigits = 1_000;

    private static readonly Dictionary<string, AvroKind> Kinds = Enum.GetValues<AvroKind>()
        .ToDictionary(kind => kind.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    private readonly Dictionary<string, AvroType> _named = new(StringComparer.Ordinal);

    private AvroSchemaReader()
    {
    }

    /// <summary>Reads a schema.</summary>
    /// <param name="text">The schema.</param>
    /// <param name="references">Schemas whose types it names; each stands behind those that it needs itself.</param>
    /// <exception cref="SchemaException">It is no schema of Avro.</exception>
    public static AvroType Read(string text, params IEnumerable<string> references)
    {
        var reader = new AvroSchemaReader();
        foreach (string reference in references) reader.ReadText(reference);
        return reader.ReadText(text);
    }

    private AvroType ReadText(string text)
    {
        if (text.Length > MostBytes) throw new SchemaException($"the schema has {text.Length} characters, expected at most {MostBytes}");
        try
        {
            using var document = JsonDocument.Parse(text);
            return ReadType(document.RootElement, "");
        }
        catch (JsonException) when (!text.TrimStart().StartsWith('{') && !text.TrimStart().StartsWith('[') && !text.TrimStart().StartsWith('"'))
        {
            return OfName(text.Trim(), ""); // some write a primitive schema without quotes
        }
        catch (JsonException e)
        {
            throw new SchemaException($"not JSON: {e.Message}", e);
        }
    }

    private AvroType ReadType(JsonElement json, string space) => json.ValueKind switch
    {
        JsonValueKind.String => OfName(json.GetString()!, space),
        JsonValueKind.Array => ReadUnion(json, space),
        JsonValueKind.Object => ReadObject(json, space),
        _ => throw new SchemaException($"{Shown(json)} is no type"),
    };

    private AvroType OfName(string name, string space)
    {
        if (Kinds.TryGetValue(name, out AvroKind kind) && kind <= AvroKind.String) return new AvroType(kind, name);
        return _named.TryGetValue(FullName(name, space), out AvroType? type) || _named.TryGetValue(name, out type)
            ? type
            : throw new SchemaException($"type {name} is not defined");
    }

    private AvroType ReadUnion(JsonElement json, string space)
    {
        var union = new AvroType(AvroKind.Union, "union");
        union.Types.AddRange(json.EnumerateArray().Select(branch => ReadType(branch, space)));
        return union.Types.Exists(branch => branch.Kind == AvroKind.Union) ? throw new SchemaException("a union has a union in it") : union;
    }

    private AvroType ReadObject(JsonElement json, string space)
    {
        JsonElement type = Member(json, "type", null);
        if (type.ValueKind != JsonValueKind.String) return ReadType(type, space);
        string word = type.GetString()!;
        if (!Kinds.TryGetValue(word, out AvroKind kind) || kind == AvroKind.Union) return OfName(word, space);
        string? logical = json.TryGetProperty("logicalType", out JsonElement l) && l.ValueKind == JsonValueKind.String ? l.GetString() : null;
        switch (kind)
        {
            case AvroKind.Record or AvroKind.Enum or AvroKind.Fixed:
                return ReadNamed(json, kind, space, logical);
            case AvroKind.Array or AvroKind.Map:
                var list = new AvroType(kind, word);
                list.Types.Add(ReadType(Member(json, kind == AvroKind.Array ? "items" : "values", null), space));
                return list;
            default:
                return new AvroType(kind, word) { Scale = ScaleOf(json, kind, logical), UnitNs = kind == AvroKind.Long ? UnitOf(logical) : 0 };
        }
    }

    private AvroType ReadNamed(JsonElement json, AvroKind kind, string space, string? logical)
    {
        if (json.TryGetProperty("namespace", out JsonElement own) && own.ValueKind == JsonValueKind.String) space = own.GetString()!;
        string name = FullName(Text(json, "name"), space);
        space = name.LastIndexOf('.') is > 0 and var dot ? name[..dot] : "";
        var type = new AvroType(kind, name)
        {
            Size = kind == AvroKind.Fixed ? Number(json, "size", int.MaxValue)
                : kind == AvroKind.Enum ? Member(json, "symbols", JsonValueKind.Array).GetArrayLength()
                : 0,
            Scale = ScaleOf(json, kind, logical),
        };
        if (!_named.TryAdd(name, type)) throw new SchemaException($"type {name} is defined twice");
        if (kind != AvroKind.Record) return type;
        foreach (JsonElement field in Member(json, "fields", JsonValueKind.Array).EnumerateArray())
        {
            type.Fields.Add(Text(field, "name"));
            type.Types.Add(ReadType(Member(field, "type", null), space));
        }

        return type;
    }

    private static int? ScaleOf(JsonElement json, AvroKind kind, string? logical)
        => logical == "decimal" && kind is (AvroKind.Bytes or AvroKind.Fixed)
            ? json.TryGetProperty("scale", out _) ? Number(json, "scale", MostDigits) : 0
            : null;

    private static long UnitOf(string? logical) => logical switch
    {
        "timestamp-millis" => 1_000_000,
        "timestamp-micros" => 1_000,
        "timestamp-nanos" => 1,
        _ => 0,
    };

    private static string FullName(string name, string space) => name.Contains('.', StringComparison.Ordinal) || space.Length == 0 ? name : $"{space}.{name}";

    private static JsonElement Member(JsonElement json, string key, JsonValueKind? kind)
        => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(key, out JsonElement member) && (kind is null || member.ValueKind == kind)
            ? member
            : throw new SchemaException($"{Shown(json)} has no {key}");

    private static string Text(JsonElement json, string key) => Member(json, key, JsonValueKind.String).GetString()!;

    private static int Number(JsonElement json, string key, int most)
        => Member(json, key, JsonValueKind.Number).TryGetInt32(out int number) && number >= 0 && number <= most
            ? number
            : throw new SchemaException($"{key} is {Member(json, key, null).GetRawText()}, expected 0 to {most}");

    private static string Shown(JsonElement json) => json.GetRawText() is { Length: > 80 } text ? text[..80] + "..." : json.GetRawText();
}
