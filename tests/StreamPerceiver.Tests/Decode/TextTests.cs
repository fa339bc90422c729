using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities.Text;
using static StreamPerceiver.Tests.Decode.Payloads;

namespace StreamPerceiver.Tests.Decode;

/// <summary>Texts of at most 13 tokens: 11 bytes.</summary>
public sealed class TextTests
{
    [Theory]
    [InlineData("text/plain")]
    [InlineData("text/plain; charset=utf-8")]
    [InlineData("Text/Plain;charset=\"UTF-8\"")]
    [InlineData("text/plain; charset=us-ascii")]
    [InlineData("text/plain; charset=utf8")]
    [InlineData("text/plain; Charset=\"Utf8\"")]
    [InlineData("text/plain;format=flowed; charset = UTF-8")]
    public void A_text_is_its_bytes(string contentType)
        => Value<TextReading>(Note, contentType, "stop"u8.ToArray()).Utf8.ShouldBe("stop"u8.ToArray());

    [Fact]
    public void A_byte_order_mark_is_no_part_of_a_text()
    {
        Value<TextReading>(Note, "text/plain", [0xEF, 0xBB, 0xBF, .. "elevenbytes"u8]).Utf8.ShouldBe("elevenbytes"u8.ToArray());
        Rejected(Note, "text/plain", [0xEF, 0xBB, 0xBF]).Holds(RejectionReason.EmptyPayload, "a byte order mark alone");
    }

    [Fact]
    public void A_text_may_be_in_a_field_of_an_object()
    {
        TextSpec note = Note with { Field = "log.text" };

        Value<TextReading>(note, "application/json", "{\"log\":{\"level\":[1],\"text\":\"\\u00e4 stop\"},\"n\":2}"u8.ToArray())
            .Utf8.ShouldBe("ä stop"u8.ToArray());
        Rejected(note, "application/json", """{"text":"stop"}"""u8.ToArray()).Holds(RejectionReason.WrongShape, "field log.text is missing, expected a text");
        Rejected(note, "application/json", """{"log.text":7}"""u8.ToArray()).Holds(RejectionReason.WrongShape, "field log.text is a JSON Number");
        Rejected(note, "application/json", """{"log.text":""}"""u8.ToArray()).Holds(RejectionReason.EmptyPayload, "field log.text has no character");
        Rejected(note, "application/json", """{"log.text":"twelve bytes"}"""u8.ToArray()).Holds(RejectionReason.WrongShape, "the text is 12 bytes");
        Rejected(note, "application/json", """{"log.text":"stop"}]"""u8.ToArray()).Holds(RejectionReason.Undecodable, "not JSON");
        Rejected(note, "text/plain", "stop"u8.ToArray()).Holds(RejectionReason.UnknownContentType, "expected application/json");
    }

    [Theory]
    [InlineData("elevenbytes")]
    [InlineData("ääääää", "the text is 12 bytes, expected at most 11")]
    [InlineData("twelve bytes", "the text is 12 bytes, expected at most 11: the length 13 less 2 tokens around it")]
    public void A_text_that_is_too_long_is_refused_and_not_cut(string text, string? refused = null)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);

        if (refused is null) Value<TextReading>(Note, "text/plain", bytes).Utf8.ShouldBe(bytes);
        else Rejected(Note, "text/plain", bytes).Holds(RejectionReason.WrongShape, refused);
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'a', 0 })]
    [InlineData(new byte[] { (byte)'a', 0xC3 })]
    public void Bytes_that_are_no_text_are_rejected(byte[] bytes)
        => Rejected(Note, "text/plain", bytes).Holds(RejectionReason.Undecodable, $"{bytes.Length} bytes are not UTF-8 text");

    [Theory]
    [InlineData("text/plain; charset=iso-8859-1", "parameter charset is iso-8859-1, expected utf-8")]
    [InlineData("text/html", "content-type is 'text/html', expected text/plain")]
    [InlineData(null, "content-type is '', expected text/plain")]
    public void Another_content_type_is_rejected_with_the_one_that_is_known(string? contentType, string found)
        => Rejected(Note, contentType, "stop"u8.ToArray()).Holds(RejectionReason.UnknownContentType, found);
}
