using System.Text;
using FsCheck.Fluent;

namespace StreamPerceiver.Formats.Tests;

public sealed class ByteTokenizerTests
{
    private const string Sentence = "This is an incomplete sentence where some words are missing.";

    // The published ids of the sentence.
    private static readonly int[] Ids =
    [
        4, 90, 110, 111, 121, 38, 111, 121, 38, 103, 116, 38, 111, 116, 105, 117, 115, 118, 114, 107, 122, 107, 38, 121, 107, 116, 122, 107, 116, 105, 107,
        38, 125, 110, 107, 120, 107, 38, 121, 117, 115, 107, 38, 125, 117, 120, 106, 121, 38, 103, 120, 107, 38, 115, 111, 121, 121, 111, 116, 109, 52, 5,
    ];

    [Fact]
    public void The_published_sentence_has_the_published_ids()
    {
        EncodedText encoded = ByteTokenizer.Encode(Sentence);

        encoded.Ids.ShouldBe(Ids);
        encoded.AttentionMask.ShouldBe(Enumerable.Repeat((byte)1, 62));
    }

    [Fact]
    public void Padding_is_masked_and_hidden_words_are_asked_for()
    {
        EncodedText encoded = ByteTokenizer.EncodeMasked(Sentence, Sentence.IndexOf(" missing.", StringComparison.Ordinal), 9, pad: true);

        int[] expected = [.. Ids[..52], .. Enumerable.Repeat(3, 9), 5, .. Enumerable.Repeat(0, 2048 - 62)];
        encoded.Ids.ShouldBe(expected);
        encoded.AttentionMask.ShouldBe(Enumerable.Range(0, 2048).Select(i => i < 62 ? (byte)1 : (byte)0));
        encoded.MaskedPlaces.ShouldBe(Enumerable.Range(52, 9));
        ByteTokenizer.Decode([38, 115, 111, 121, 121, 111, 116, 109, 52]).ShouldBe(" missing.");
    }

    [Fact]
    public void Ids_are_those_of_the_model() =>
        (ByteTokenizer.Pad, ByteTokenizer.Bos, ByteTokenizer.Eos, ByteTokenizer.Mask, ByteTokenizer.Cls, ByteTokenizer.Sep, ByteTokenizer.VocabularySize)
            .ShouldBe((0, 1, 2, 3, 4, 5, 262));

    [Theory]
    [InlineData("", new[] { 4, 5 })]
    [InlineData("\0", new[] { 4, 6, 5 })]
    [InlineData("€", new[] { 4, 6 + 0xE2, 6 + 0x82, 6 + 0xAC, 5 })]
    [InlineData("[PAD][BOS][EOS][MASK][CLS][SEP]", new[] { 4, 0, 1, 2, 3, 4, 5, 5 })]
    [InlineData("[[MASK]]", new[] { 4, 6 + '[', 3, 6 + ']', 5 })]
    [InlineData("[mask", new[] { 4, 6 + '[', 6 + 'm', 6 + 'a', 6 + 's', 6 + 'k', 5 })]
    public void A_text_is_its_bytes_between_special_tokens(string text, int[] ids) => ByteTokenizer.Encode(text).Ids.ShouldBe(ids);

    [Fact]
    public void A_pair_is_framed_twice()
    {
        ByteTokenizer.Encode("a", "b").Ids.ShouldBe([4, 6 + 'a', 5, 6 + 'b', 5]);
        ByteTokenizer.Encode("a", "").Ids.ShouldBe([4, 6 + 'a', 5, 5]);
        ByteTokenizer.Encode("a", "b", maxLength: 7, pad: true).AttentionMask.ShouldBe([1, 1, 1, 1, 1, 0, 0]);
    }

    [Theory]
    [InlineData("abcdef", null, 5, "[CLS]abc[SEP]")]
    [InlineData("abcdef", null, 2, "[CLS][SEP]")]
    [InlineData("abcdef", "xy", 8, "[CLS]abc[SEP]xy[SEP]")]
    [InlineData("ab", "uvwxyz", 8, "[CLS]ab[SEP]uvw[SEP]")]
    [InlineData("abc", "xyz", 6, "[CLS]ab[SEP]x[SEP]")]
    [InlineData("abc", "xyz", 3, "[CLS][SEP][SEP]")]
    [InlineData("abc", "xyz", 9, "[CLS]abc[SEP]xyz[SEP]")]
    public void Truncation_cuts_ends_and_the_longer_first(string text, string? pair, int maxLength, string expected) =>
        ByteTokenizer.Decode(ByteTokenizer.Encode(text, pair, maxLength, truncate: true).Ids).ShouldBe(expected);

    [Fact]
    public void A_text_of_2046_bytes_fits_and_a_longer_one_does_not()
    {
        ByteTokenizer.Encode(new string('x', 2046)).Ids.Count.ShouldBe(2048);
        ByteTokenizer.Encode(new string('x', 2047), truncate: true).Ids.Count.ShouldBe(2048);
        Refusal(() => ByteTokenizer.Encode(new string('x', 2047))).ShouldBe("2047 tokens and 2 special ones are 2049: must be at most 2048");
        Refusal(() => ByteTokenizer.Encode("abc", "xy", 7)).ShouldBe("5 tokens and 3 special ones are 8: must be at most 7");
        Refusal(() => ByteTokenizer.Encode("", maxLength: 2049)).ShouldBe("maximum length 2049: must be 2 (special tokens) to 2048");
        Refusal(() => ByteTokenizer.Encode("", "", maxLength: 2)).ShouldBe("maximum length 2: must be 3 (special tokens) to 2048");
    }

    [Theory]
    [InlineData("5 €", 2, 1, "5 [MASK][MASK][MASK]")]
    [InlineData("a 😀.", 2, 2, "a [MASK][MASK][MASK][MASK].")]
    [InlineData("abc", 0, 3, "[MASK][MASK][MASK]")]
    public void Every_hidden_byte_is_one_mask(string text, int start, int length, string expected)
    {
        EncodedText encoded = ByteTokenizer.EncodeMasked(text, start, length);

        ByteTokenizer.Decode(encoded.Ids).ShouldBe($"[CLS]{expected}[SEP]");
    }

    [Theory]
    [InlineData(-1, 2, "must be at least 1 character of the text's 4")]
    [InlineData(1, 0, "must be at least 1 character of the text's 4")]
    [InlineData(3, 2, "must be at least 1 character of the text's 4")]
    [InlineData(2, 2, "cuts the surrogate pair at 1")]
    [InlineData(0, 2, "cuts the surrogate pair at 1")]
    public void A_part_that_is_none_cannot_be_hidden(int start, int length, string fact) =>
        Refusal(() => ByteTokenizer.EncodeMasked("a😀b", start, length)).ShouldBe($"masked part [{start}, {start} + {length}): {fact}");

    [Fact]
    public void Bytes_that_are_no_text_are_replaced()
    {
        ByteTokenizer.Decode([6 + 'a', 6 + 0xFF, 6 + 0xE2, 6 + 0x82, 6 + 'b']).ShouldBe("a\uFFFD\uFFFDb");
        ByteTokenizer.Decode([6 + 0xE2, 3, 6 + 0x82, 6 + 0xAC]).ShouldBe("\uFFFD[MASK]\uFFFD\uFFFD");
        ByteTokenizer.Decode([6 + 0xE2, 3, 6 + 0x82, 6 + 0xAC], skipSpecialTokens: true).ShouldBe("€");
        ByteTokenizer.Decode(ByteTokenizer.Encode("a\uD83D").Ids, skipSpecialTokens: true).ShouldBe("a\uFFFD");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(262)]
    public void An_id_out_of_range_is_refused(int id) => Refusal(() => ByteTokenizer.Decode([4, id])).ShouldBe($"token id {id}: must be 0 to 261");

    [Fact]
    public void Any_text_comes_back() => Prop.ForAll(
        Texts().ToArbitrary(),
        text => ByteTokenizer.Decode(ByteTokenizer.Encode(text).Ids) == $"[CLS]{text}[SEP]").Holds();

    [Fact]
    public void Plain_text_has_one_token_a_byte() => Prop.ForAll(
        Texts().Where(t => !t.Contains('[', StringComparison.Ordinal)).ToArbitrary(),
        text => ByteTokenizer.Encode(text).Ids.SequenceEqual([4, .. Encoding.UTF8.GetBytes(text).Select(b => b + 6), 5])
            && ByteTokenizer.Decode(ByteTokenizer.Encode(text).Ids, skipSpecialTokens: true) == text).Holds();

    private static FsCheck.Gen<string> Texts() => Gen.OneOf(
            Gen.Choose(0, 0xD7FF).Select(char.ConvertFromUtf32),
            Gen.Choose(0xE000, 0x10FFFF).Select(char.ConvertFromUtf32),
            Gen.Elements("[PAD]", "[MASK]", "[SEP]", "[", "MASK", "]", "a"))
        .ListOf().Select(string.Concat);

    private static string Refusal(Action action) => Should.Throw<StreamPerceiverException>(action).Message;
}
