using System.Text.Json.Nodes;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Tests.Topology;

public sealed class JsonSchemaTests
{
    private const string Kinds =
        """
        "oneOf":[{"additionalProperties":false,"required":["kind"],"properties":{"kind":{"const":"a"},"size":{"type":"integer","minimum":1}}},
                 {"additionalProperties":false,"properties":{"kind":{"const":"b"},"name":{"type":"string"}}}]
        """;

    [Theory]
    [InlineData("""{"type":"object"}""", """{"a":1}""", "[1]", "$ is [1], expected an object")]
    [InlineData("""{"type":"array"}""", "[1]", """{"a":1}""", """$ is {"a":1}, expected an array""")]
    [InlineData("""{"type":"string"}""", "\"\"", "null", "$ is null, expected a string")]
    [InlineData("""{"type":"number"}""", "1.5", "\"1.5\"", "$ is \"1.5\", expected a number")]
    [InlineData("""{"type":"boolean"}""", "false", "0", "$ is 0, expected a boolean")]
    [InlineData("""{"type":"integer"}""", "3.0", "3.5", "$ is 3.5, expected an integer")]
    [InlineData("""{"type":"integer","minimum":1,"maximum":9}""", "9", "true", "$ is true, expected an integer 1 to 9")]
    [InlineData("""{"minimum":1,"maximum":9}""", "1", "0.5", "$ is 0.5, expected 1 to 9")]
    [InlineData("""{"minimum":1}""", "1e300", "-1", "$ is -1, expected 1 or more")]
    [InlineData("""{"maximum":9}""", "-1e300", "9.001", "$ is 9.001, expected 9 or less")]
    [InlineData("""{"type":"number","exclusiveMinimum":0}""", "1e-300", "0", "$ is 0, expected above 0")]
    [InlineData("""{"const":"a"}""", "\"a\"", "\"b\"", "$ is \"b\", expected \"a\"")]
    [InlineData("""{"const":{"a":[1]}}""", """{"a":[1]}""", """{"a":[2]}""", """$ is {"a":[2]}, expected {"a":[1]}""")]
    [InlineData("""{"enum":["a",1,null]}""", "null", "2", "$ is 2, expected one of \"a\", 1, null")]
    [InlineData("""{"minLength":2}""", "\"ab\"", "\"a\"", "$ is \"a\", expected at least 2 characters")]
    [InlineData("""{"pattern":"^[a-z]+$"}""", "\"ab\"", "\"a1\"", "$ is \"a1\", expected a match of ^[a-z]+$")]
    [InlineData("""{"required":["a"]}""", """{"a":null}""", "{}", "$.a is missing")]
    [InlineData("""{"required":["a"],"properties":{"a":{"type":"integer","minimum":1,"maximum":9}}}""", """{"a":1}""", "{}",
        "$.a is missing, expected an integer 1 to 9")]
    [InlineData("""{"minProperties":2}""", """{"a":1,"b":1}""", """{"a":1}""", "$ has 1 entries, expected at least 2")]
    [InlineData("""{"properties":{"a":{"type":"string"}}}""", """{"a":"","b":1}""", """{"a":1}""", "$.a is 1, expected a string")]
    [InlineData("""{"properties":{"a":{},"b":{}},"additionalProperties":false}""", """{"a":1}""", """{"c":1}""",
        "$.c is not a known key, expected one of a, b")]
    [InlineData("""{"properties":{"a":{}},"additionalProperties":{"type":"string"}}""", """{"a":1,"b":""}""", """{"b":1}""", "$.b is 1, expected a string")]
    [InlineData("""{"items":{"type":"string"}}""", """["a","b"]""", """["a",1]""", "$[1] is 1, expected a string")]
    [InlineData("""{"minItems":2}""", "[1,2]", "[1]", "$ has 1 items, expected at least 2")]
    [InlineData("""{"maxItems":2}""", "[1,2]", "[1,2,3]", "$ has 3 items, expected at most 2")]
    [InlineData("""{"uniqueItems":true}""", "[1,\"1\",[1]]", "[1,2,1]", "$[2] is 1 again")]
    [InlineData("""{"uniqueItems":false}""", "[1,1]", null, null)]
    [InlineData("""{"$ref":"#/$defs/n","$defs":{"n":{"type":"integer"}}}""", "1", "\"a\"", "$ is \"a\", expected an integer")]
    [InlineData("""{"$schema":"x","title":"x","description":"x","default":7,"$defs":{}}""", "null", null, null)]
    [InlineData($$"""{{{Kinds}}}""", """{"kind":"a","size":1}""", """{"kind":"a","size":0}""", "$.size is 0, expected 1 or more")]
    [InlineData($$"""{{{Kinds}}}""", """{"kind":"b","name":"x"}""", """{"kind":"b","size":1}""", "$.size is not a known key, expected one of kind, name")]
    [InlineData($$"""{{{Kinds}}}""", """{"kind":"b"}""", """{"kind":"c"}""", "$.kind is \"c\", expected one of \"a\", \"b\"")]
    [InlineData("""{"oneOf":[{"properties":{"kind":{"const":"a","default":"a"},"size":{"type":"integer"}}},{"properties":{"kind":{"const":"b"}}}]}""",
        """{"size":1}""", """{"size":""}""", "$.size is \"\", expected an integer")]
    public void Each_keyword_lets_pass_and_refuses(string schema, string good, string? bad, string? error)
    {
        var checker = new JsonSchema(schema);

        checker.Check(JsonNode.Parse(good)).ShouldBeEmpty();
        if (bad is not null) checker.Check(JsonNode.Parse(bad)).ShouldBe([error!]);
    }

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once_in_the_order_of_the_document()
    {
        var schema = new JsonSchema(
            """
            {"type":"object","additionalProperties":false,"required":["name","size"],"properties":{
              "name":{"type":"string","pattern":"^[a-z]$","minLength":1},
              "size":{"type":"integer","minimum":1},
              "list":{"type":"array","maxItems":1,"uniqueItems":true,"items":{"enum":["a"]}},
              "deep":{"additionalProperties":{"type":"object","properties":{"on":{"type":"boolean"}}}}}}
            """);

        schema.Check(JsonNode.Parse("""{"list":["b","b"],"deep":{"x":{"on":1},"y":3},"name":"","nmae":1}""")).ShouldBe(
        [
            "$.size is missing, expected an integer 1 or more",
            "$.list has 2 items, expected at most 1",
            "$.list[0] is \"b\", expected one of \"a\"",
            "$.list[1] is \"b\", expected one of \"a\"",
            "$.list[1] is \"b\" again",
            "$.deep.x.on is 1, expected a boolean",
            "$.deep.y is 3, expected an object",
            "$.name is \"\", expected at least 1 characters",
            "$.name is \"\", expected a match of ^[a-z]$",
            "$.nmae is not a known key, expected one of name, size, list, deep",
        ]);
    }

    [Theory]
    [InlineData("""{"multipleOf":2}""", "multipleOf")]
    [InlineData("""{"properties":{"a":{"format":"uri"}}}""", "format")]
    [InlineData("""{"items":{"not":{}}}""", "not")]
    [InlineData("""{"oneOf":[{"additionalProperties":{"$defs":{"a":{"contains":{}}}}}]}""", "contains")]
    public void A_schema_that_uses_more_than_is_known_is_refused_whatever_document_it_would_check(string schema, string keyword)
        => Should.Throw<NotSupportedException>(() => new JsonSchema(schema)).Message.ShouldContain(keyword);

    [Fact]
    public void A_long_value_is_shown_by_its_beginning()
    {
        string error = new JsonSchema("""{"type":"integer"}""").Check(JsonNode.Parse($"\"{new string('x', 500)}\"")).ShouldHaveSingleItem();

        error.ShouldBe($"$ is \"{new string('x', 56)}..., expected an integer");
    }

    [Fact]
    public void What_follows_a_line_break_is_no_part_of_a_match_of_the_whole()
        => new JsonSchema("""{"pattern":"^[a-z]+$"}""").Check(JsonNode.Parse("\"ab\\n\"")).ShouldHaveSingleItem();

    [Fact]
    public void Additional_properties_may_be_allowed_in_so_many_words()
        => new JsonSchema("""{"properties":{},"additionalProperties":true}""").Check(JsonNode.Parse("""{"a":1}""")).ShouldBeEmpty();
}
