using System.Text.Json;
using System.Text.Json.Nodes;

namespace StreamPerceiver.Schemas.Members;

/// <summary>Writes descriptions of members as JSON Schema 2020-12.</summary>
internal static class MemberSchema
{
    /// <summary>The dialect, as the member <c>$schema</c> of a schema names it.</summary>
    public const string Dialect = "https://json-schema.org/draft/2020-12/schema";

    /// <summary>Writes the schema of a type.</summary>
    public static JsonObject Of(MemberType type) => type switch
    {
        TextType text => OfText(text),
        NumberType number => OfNumber(number),
        IntegerType integer => OfInteger(integer),
        FlagType => new JsonObject { ["type"] = "boolean" },
        ListType { Only: { } only } => new JsonObject { ["const"] = JsonSerializer.SerializeToNode(only) },
        ListType list => OfList(list),
        ObjectType members => OfObject(members),
        _ => throw new InvalidOperationException($"{type} is no type of a member"),
    };

    private static JsonObject OfText(TextType text)
    {
        if (text.OneOf is [var only]) return new JsonObject { ["const"] = only };
        if (text.OneOf is { } some) return new JsonObject { ["enum"] = new JsonArray([.. some.Select(s => (JsonNode)s)]) };
        var schema = new JsonObject { ["type"] = "string" };
        if (!text.MayBeEmpty) schema["minLength"] = 1;
        if (text.Pattern is { } pattern) schema["pattern"] = pattern;
        return schema;
    }

    private static JsonObject OfNumber(NumberType number)
    {
        var schema = new JsonObject { ["type"] = "number" };
        if (number.Least is { } least) schema["minimum"] = least;
        if (number.Most is { } most) schema["maximum"] = most;
        return schema;
    }

    private static JsonObject OfInteger(IntegerType integer)
    {
        var schema = new JsonObject { ["type"] = "integer", ["minimum"] = integer.Least };
        if (integer.Most is { } most) schema["maximum"] = most;
        return schema;
    }

    private static JsonObject OfList(ListType list)
    {
        var schema = new JsonObject { ["type"] = "array", ["items"] = Of(list.Item), ["minItems"] = list.Least };
        if (list.Most is { } most) schema["maxItems"] = most;
        return schema;
    }

    private static JsonObject OfObject(ObjectType type)
    {
        var properties = new JsonObject();
        foreach (Member member in type.Members)
        {
            JsonObject schema = Of(member.Type);
            schema["description"] = member.Description;
            properties[member.Name] = schema;
        }

        return new JsonObject
        {
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["required"] = new JsonArray([.. type.Members.Where(m => !m.IsOptional).Select(m => (JsonNode)m.Name)]),
            ["properties"] = properties,
        };
    }
}
