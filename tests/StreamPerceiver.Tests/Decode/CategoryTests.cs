using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Category;
using StreamPerceiver.TestKit;
using static StreamPerceiver.Tests.Decode.Payloads;

namespace StreamPerceiver.Tests.Decode;

/// <summary>Words of a vocabulary of three.</summary>
public sealed class CategoryTests
{
    private static readonly CategorySpec Kind = new("kind", "kinds", false, ["lathe", "mill", "7"]);

    [Theory]
    [InlineData("text/plain", "mill", 1)]
    [InlineData("text/plain; charset=utf-8", " lathe\r\n", 0)]
    [InlineData("text/plain", "\ufeffmill", 1)]
    [InlineData("application/json", "\"mill\"", 1)]
    [InlineData("application/json", "\"\\u006dill\"", 1)]
    [InlineData("application/json", "7", 2)]
    public void A_word_is_its_place_in_the_vocabulary(string contentType, string text, int index)
        => Value<CategoryReading>(Kind, contentType, Encoding.UTF8.GetBytes(text)).Word.ShouldBe(index);

    [Theory]
    [InlineData("""{"type":"mill"}""", 1)]
    [InlineData("""{"id":1,"machine":{"type":"mill"},"type":"lathe"}""", 0)]
    public void A_field_of_an_object_may_have_the_word(string json, int index)
        => Value<CategoryReading>(Kind with { Field = "type" }, "application/json", Encoding.UTF8.GetBytes(json)).Word.ShouldBe(index);

    [Fact]
    public void A_word_that_is_not_known_is_a_dead_letter_with_the_word_or_another_stands_for_it()
    {
        Rejected(Kind, "text/plain", "Mill"u8.ToArray()).Holds(RejectionReason.WrongShape, "the word is 'Mill', expected lathe, mill, 7");
        Rejected(Kind, "text/plain", Encoding.UTF8.GetBytes(new string('x', 1000))).Detail.Length.ShouldBeLessThan(150);
        Value<CategoryReading>(Kind with { Unknown = "7" }, "text/plain", "Mill"u8.ToArray()).Word.ShouldBe(2);
    }

    [Theory]
    [InlineData("[1]", "the value has no word, expected a text or a number", RejectionReason.WrongShape)]
    [InlineData("null", "the value has no word", RejectionReason.WrongShape)]
    [InlineData("mill", "not JSON: ", RejectionReason.Undecodable)]
    [InlineData("\"mill\" 1", "not JSON: ", RejectionReason.Undecodable)]
    [InlineData("\"\\ud800\"", "not JSON: a text in it is not Unicode", RejectionReason.Undecodable)]
    public void A_value_without_a_word_is_refused(string json, string found, RejectionReason reason)
        => Rejected(Kind, "application/json", Encoding.UTF8.GetBytes(json)).Holds(reason, found);

    [Fact]
    public void A_field_that_is_not_there_is_refused()
    {
        CategorySpec spec = Kind with { Field = "type" };
        Rejected(spec, "application/json", "{}"u8.ToArray()).Holds(RejectionReason.WrongShape, "field type has no word");
        Rejected(spec, "application/json", "\"mill\""u8.ToArray()).Holds(RejectionReason.Undecodable, "not JSON: a JSON String comes first");
        Rejected(spec, "text/plain", "mill"u8.ToArray()).Holds(RejectionReason.UnknownContentType, "expected application/json");
    }

    [Fact]
    public void The_latest_word_of_a_window_is_a_one_hot_row_and_without_one_the_token_is_masked()
    {
        MediaSample[] words = [Word(990, 0), Word(1001, 0), Word(1004, 1), Word(1051, 2)];

        (AlignedInput data, double coverage) = Kind.Place(words, Some.At(1000), 50 * Some.Ms);
        InputTokens tokens = Kind.CreateTokeniser(null).Tokenise(data);
        (AlignedInput none, double nothing) = Kind.Place(words.AsSpan(..1), Some.At(1000), 50 * Some.Ms);
        InputTokens masked = Kind.CreateTokeniser(null).Tokenise(none);

        (coverage, nothing).ShouldBe((1, 0));
        tokens.Content.ShouldBe([0, 1, 0]);
        masked.Content.ShouldBe([0, 0, 0]);
        (tokens.Mask.Single(), masked.Mask.Single()).ShouldBe(((byte)1, (byte)0));
        (tokens.Tokens, tokens.Channels).ShouldBe(Kind.TokenShape(50 * Some.Ms));
    }

    private static CategoryReading Word(long ms, int index) => new(new StreamKey(0, "a", 0), Some.At(ms), ms, index);
}
