using System.Text.Json.Nodes;
using StreamPerceiver.Recordings.Import;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Recordings.Tests.Ros;

public sealed class ImportMapTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rosbag-").FullName;

    private string Map => Path.Combine(_folder, "map.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("[]", "$ is [], expected an object")]
    [InlineData("{}", "$.topics is missing, expected an object")]
    [InlineData("""{ "topics": {} }""", "line 1: $.topics has 0 entries, expected at least 1")]
    [InlineData("""{ "topics": { "/a": { "entity": "e" } } }""", "line 1: $.topics./a.topic is missing, expected a string")]
    [InlineData("""{ "topics": { "/a": { "topic": "a" } } }""", "line 1: $.topics./a has no entity, expected one of entity and entityField")]
    [InlineData(
        """{ "topics": { "/a": { "topic": "a", "entity": "e", "entityField": "f" } } }""",
        "line 1: $.topics./a has entity and entityField, expected one of entity and entityField")]
    [InlineData(
        """{ "topics": { "/a": { "topic": "a b", "entity": "e" } } }""",
        "line 1: $.topics./a.topic is \"a b\", expected a match of ^[a-zA-Z0-9._{}-]+$")]
    [InlineData(
        """{ "topics": { "/a": { "topic": "a", "entity": "e", "partitions": 0 } } }""", "line 1: $.topics./a.partitions is 0, expected 1 to 100000")]
    [InlineData(
        """{ "topics": { "/a": { "topic": "a", "entity": "e", "array": "x", "text": "y" } } }""",
        "line 1: $.topics./a has array and text, expected one of fields, array, text and bytes")]
    [InlineData(
        """{ "topics": { "/a": { "topic": "a", "entity": "{robot}" } } }""",
        "line 1: $.topics./a.entity has {robot}, and the topic /a has no part in braces")]
    [InlineData("""{ "topics": { "/{x}/{y}": { "topic": "a.{z}", "entity": "{x}" } } }""", "line 1: $.topics./{x}/{y}.topic has {z}, expected one of x, y")]
    [InlineData("""{ "topics": { "/{x}/{x}": { "topic": "a", "entity": "{x}" } } }""", "line 1: $.topics./{x}/{x} has {x} twice, expected different names")]
    [InlineData(
        """{ "topics": { "/a": { "topic": "t", "entity": "e", "partitions": 2 }, "/b": { "topic": "t", "entity": "e" } } }""",
        "line 1: $.topics: the entries for t have 2 and 1 partitions, expected one number")]
    public void A_wrong_map_is_refused_in_one_line(string json, string problem)
    {
        File.WriteAllText(Map, json);
        Should.Throw<ImportMapException>(() => ImportMap.Read(Map)).Message.ShouldBe($"{Map}: {problem}");
    }

    [Fact]
    public void A_map_that_is_no_JSON_is_refused_with_its_line()
    {
        File.WriteAllText(Map, "{\n  \"topics\": {\n    x\n");
        Should.Throw<ImportMapException>(() => ImportMap.Read(Map)).Message.ShouldContain("LineNumber: 2");
    }

    [Fact]
    public void Each_problem_has_its_line_whatever_is_before_it_in_the_file()
    {
        File.WriteAllText(Map, """
            { // a comment
              "topics": {
                "/a": { "topic": "a", "entity": "e", "fields": { "x": "y.z" } }, /* another
                */
                "/a.b": {
                  "topic": "a b",
                  "entityField": 7
                },
                "/c": { "entity": "e" },
              }
            }
            """, new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Should.Throw<ImportMapException>(() => ImportMap.Read(Map)).Problems.ShouldBe([
            "line 6: $.topics./a.b.topic is \"a b\", expected a match of ^[a-zA-Z0-9._{}-]+$",
            "line 7: $.topics./a.b.entityField is 7, expected a string",
            "line 9: $.topics./c.topic is missing, expected a string",
        ]);
    }

    [Fact]
    public void The_readme_has_every_key_of_the_schema()
    {
        JsonNode schema = JsonNode.Parse(File.ReadAllText(RepositoryRoot.Path("pipelines", "rosbag-map.schema.json")))!;
        JsonObject keys = schema["properties"]!["topics"]!["additionalProperties"]!["properties"]!.AsObject();
        string[] readme = File.ReadAllLines(RepositoryRoot.Path("README.md"));
        keys.Select(k => k.Key).Where(key => !readme.Any(line => line.StartsWith($"| `{key}` |", StringComparison.Ordinal))).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/{robot}/imu", "/spot/imu", "spot")]
    [InlineData("/{robot}/imu", "/spot/left/imu", null)]
    [InlineData("/{robot}/imu", "/spot/imu2", null)]
    [InlineData("/a.c/{robot}", "/abc/x", null)]
    public void A_name_in_braces_is_one_part_of_a_topic(string pattern, string topic, string? robot)
        => (new TopicPattern(pattern).Match(topic) is { } parts ? parts["robot"] : null).ShouldBe(robot);
}
