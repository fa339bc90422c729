using System.Text;
using System.Text.Json;

namespace StreamPerceiver.Formats.Tests;

public sealed class JsonTests
{
    private const string WithComment = """{ "a": 1, /* why */ }""";

    [Fact]
    public void A_file_that_people_write_may_have_comments_and_trailing_commas()
        => Parse(WithComment, byHand: true).GetProperty("a").GetInt32().ShouldBe(1);

    [Theory]
    [InlineData(WithComment)]
    [InlineData("{")]
    public void Other_files_must_be_plain_json(string text) => Should.Throw<JsonException>(() => Parse(text, byHand: false));

    [Theory]
    [InlineData("""{ "a": 1, "a": 2 }""")]
    [InlineData("""{ "a": ["\ud800"] }""")]
    [InlineData("""{ "\ud800": 1 }""")]
    public void A_key_that_is_there_twice_and_half_a_character_are_refused(string text)
    {
        Should.Throw<JsonException>(() => Parse(text, byHand: false));
        Should.Throw<JsonException>(() => Parse(text, byHand: true));
    }

    [Fact]
    public void A_problem_names_path_value_and_what_is_allowed()
    {
        JsonProblem.Wrong("$.a", "7", "a text").ShouldBe("$.a is 7, expected a text");
        JsonProblem.Missing("$.a", "a text").ShouldBe("$.a is missing, expected a text");
        JsonProblem.Unknown("$.c", ["a", "b"]).ShouldBe("$.c is not a known key, expected one of a, b");
    }

    [Fact]
    public void A_long_value_is_cut_to_sixty_characters()
        => JsonProblem.Wrong("$.a", new string('x', 61), "a text").ShouldBe($"$.a is {new string('x', 57)}..., expected a text");

    private static JsonElement Parse(string text, bool byHand) => StrictJson.Parse(Encoding.UTF8.GetBytes(text), byHand).RootElement;
}
