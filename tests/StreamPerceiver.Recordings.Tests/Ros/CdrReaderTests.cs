using StreamPerceiver.Recordings.Ros;

namespace StreamPerceiver.Recordings.Tests.Ros;

public sealed class CdrReaderTests
{
    private const string Mixed = """
        bool a
        uint16 b
        float64 c
        string d
        int16[] e
        float64[] f
        string[] g
        Item[2] h
        Empty i
        uint8 j
        ===
        MSG: test_msgs/Item
        uint8 x
        uint64 y
        ===
        MSG: test_msgs/Empty
        """;

    private static readonly object[] MixedValues =
    [
        true, 0x0102L, 1.5, "é", new object[] { -2L, 3L }, Array.Empty<object>(), new object[] { "x", "" },
        new object[] { new object[] { 7L, ulong.MaxValue }, new object[] { 8L, 1UL } }, Array.Empty<object>(), 9L,
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Numbers_are_aligned_behind_the_header_in_both_byte_orders(bool isBigEndian)
    {
        byte[] payload = new CdrBytes(isBigEndian, isVersion2: false)
            .U8(1).Align(2).U16(0x0102).Align(8).F64(1.5)
            .U32(3).Raw(0xc3, 0xa9, 0)
            .Align(4).U32(2).U16(0xfffe).U16(3)
            .Align(4).U32(0) // no number, and nothing that aligns one
            .U32(2).U32(2).Raw((byte)'x', 0).Align(4).U32(1).Raw(0)
            .U8(7).Align(8).U64(ulong.MaxValue).U8(8).Align(8).U64(1)
            .Raw(0) // of a message without fields
            .U8(9).ToArray();

        Plain(CdrReader.Read(Bags.Type(Mixed), payload)).ShouldBeEquivalentTo(MixedValues);
    }

    [Theory]
    [InlineData(0x0006, true)]
    [InlineData(0x0007, false)]
    [InlineData(0x0010, true)]
    [InlineData(0x0011, false)]
    public void Version_2_aligns_to_4_bytes_and_states_the_bytes_of_arrays_of_texts_and_messages(int kind, bool isBigEndian)
    {
        byte[] payload = new CdrBytes(isBigEndian, isVersion2: true, kind)
            .U8(1).Align(2).U16(0x0102).F64(1.5)
            .U32(3).Raw(0xc3, 0xa9, 0)
            .Align(4).U32(2).U16(0xfffe).U16(3)
            .U32(0)
            .U32(17).U32(2).U32(2).Raw((byte)'x', 0).Align(4).U32(1).Raw(0)
            .Align(4).U32(24).U8(7).Align(4).U64(ulong.MaxValue).U8(8).Align(4).U64(1)
            .Raw(0)
            .U8(9).ToArray();

        Plain(CdrReader.Read(Bags.Type(Mixed), payload)).ShouldBeEquivalentTo(MixedValues);
    }

    [Theory]
    [InlineData("00 02", "PL_CDR_BE (0002)")]
    [InlineData("00 03", "PL_CDR_LE (0003)")]
    [InlineData("00 04", "XML (0004)")]
    [InlineData("00 08", "D_CDR2_BE (0008)")]
    [InlineData("00 09", "D_CDR2_LE (0009)")]
    [InlineData("00 0a", "PL_CDR2_BE (000a)")]
    [InlineData("00 0b", "PL_CDR2_LE (000b)")]
    [InlineData("00 15", "D_CDR2_LE (0015)")]
    [InlineData("80 01", "unknown (8001)")]
    public void Another_encapsulation_is_refused_by_its_name(string bytes, string name)
    {
        byte[] payload = [.. Convert.FromHexString(bytes.Replace(" ", "")), 0, 0, 1, 0, 0, 0];
        Should.Throw<RosException>(() => CdrReader.Read(Bags.Type("int32 x"), payload)).Message.ShouldBe(
            $"the encapsulation is {name}, expected one of CDR_BE (0000), CDR_LE (0001), CDR2_BE (0006, 0010) and CDR2_LE (0007, 0011)");
    }

    [Theory]
    [InlineData("int32 x", "", "the payload has 0 bytes, expected a CDR header of 4")]
    [InlineData("int32 x", "00010000 0100", "byte 4 of the payload: the payload ends, expected 4 bytes more")]
    [InlineData("uint8 x\nint32 y", "00010000 0100", "byte 5 of the payload: the payload ends, expected 3 bytes more")]
    [InlineData("string x", "00010000 FFFFFFFF", "byte 8 of the payload: the text x has 4294967295 bytes, and 0 are left")]
    [InlineData("string x", "00010000 02000000 6161", "byte 10 of the payload: the text x has no zero at its end")]
    [InlineData("string<=1 x", "00010000 03000000 616100", "byte 11 of the payload: the text x has 2 bytes, expected at most 1")]
    [InlineData("uint8[] x", "00010000 FFFFFFFF", "byte 8 of the payload: field x has 4294967295 values of at least 1 bytes, and 0 bytes are left")]
    [InlineData("uint8[<=2] x", "00010000 03000000 010203", "byte 8 of the payload: field x has 3 values, expected at most 2")]
    [InlineData("float64[4000000000] x", "00010000 00", "byte 4 of the payload: field x has 4000000000 values of at least 8 bytes, and 1 bytes are left")]
    [InlineData("T[] x\n===\nMSG: test_msgs/T\nint64[4000000000] y", "00010000 01000000 00",
        "byte 8 of the payload: field x has 1 values of at least 2147483648 bytes, and 1 bytes are left")]
    [InlineData("wstring x", "00010000 00000000", "field x is a wstring, which each DDS implementation writes in its own way; expected other fields")]
    [InlineData("int32 x", "00010000 01000000 0000000000000000", "8 bytes are left behind the message, expected a payload of the type test_msgs/Some")]
    [InlineData("string[] x", "00070000 05000000 00000000", "byte 8 of the payload: field x has 5 bytes, and 4 are left")]
    [InlineData("string[] x", "00070000 06000000 00000000 0000", "byte 12 of the payload: field x ends here, and states byte 14")]
    public void A_payload_of_another_type_is_refused_in_one_line(string definition, string hex, string problem)
        => Should.Throw<RosException>(() => CdrReader.Read(Bags.Type(definition), Convert.FromHexString(hex.Replace(" ", "")))).Message.ShouldBe(problem);

    [Fact]
    public void A_message_has_a_million_texts_and_messages_at_most()
    {
        byte[] payload = [0, 1, 0, 0, .. BitConverter.GetBytes(1_200_000), .. new byte[1_200_000]];
        Should.Throw<RosException>(() => CdrReader.Read(Bags.Type("E[] x\n===\nMSG: test_msgs/E"), payload)).Message.ShouldBe(
            "the message has more than 1048576 texts, messages and single numbers, expected at most that");
        CdrReader.Read(Bags.Type("uint8[] x"), payload).Values[0].ShouldBeOfType<RosNumbers>().Count.ShouldBe(1_200_000);
    }

    [Fact]
    public void An_empty_text_may_lack_its_zero()
        => Plain(CdrReader.Read(Bags.Type("string x\nuint8 y"), new byte[] { 0, 1, 0, 0, 0, 0, 0, 0, 7 })).ShouldBeEquivalentTo(new object[] { "", 7L });

    // Arrays of numbers become arrays of objects, texts strings, messages the values of their fields.
    private static object Plain(object value) => value switch
    {
        RosMessage message => message.Values.Select(Plain).ToArray(),
        RosNumbers numbers => Enumerable.Range(0, numbers.Count).Select(numbers.At).ToArray(),
        RosText text => text.Decode(),
        object[] values => values.Select(Plain).ToArray(),
        _ => value,
    };
}
